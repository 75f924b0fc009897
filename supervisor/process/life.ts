/**
 * The life of one process, as a table. Its death is one event: it has exited *and* its link was read to the
 * end; only then is it known what it had taken.
 *
 * | state      | meaning                                      | for how long at most                        |
 * | ---------- | -------------------------------------------- | ------------------------------------------- |
 * | `starting` | started, has not said hello                  | the start deadline; then it is killed       |
 * | `spare`    | has said hello, and waits for its turn       | as long as nobody needs it                  |
 * | `running`  | was welcomed                                 | as long as it likes                         |
 * | `exited`   | has exited; its link is not at its end       | a grace, for somebody may hold the link     |
 * | `unlinked` | its link is at its end; it has not exited    | a grace, longer if it said that it exits    |
 * | `dead`     | both                                         | for ever                                    |
 */
export type Life = 'starting' | 'spare' | 'running' | 'exited' | 'unlinked' | 'dead';

/** `hello`: it says so, and has no turn yet · `welcome`: it has said hello, and its turn has come. */
export type LifeEvent = 'hello' | 'welcome' | 'exit' | 'link-end';

export const lives: Readonly<Record<Life, Readonly<Record<LifeEvent, Life>>>> = {
  starting: { hello: 'spare', welcome: 'running', exit: 'exited', 'link-end': 'unlinked' },
  spare: { hello: 'spare', welcome: 'running', exit: 'exited', 'link-end': 'unlinked' },
  running: { hello: 'running', welcome: 'running', exit: 'exited', 'link-end': 'unlinked' },
  exited: { hello: 'exited', welcome: 'exited', exit: 'exited', 'link-end': 'dead' },
  unlinked: { hello: 'unlinked', welcome: 'unlinked', exit: 'dead', 'link-end': 'unlinked' },
  dead: { hello: 'dead', welcome: 'dead', exit: 'dead', 'link-end': 'dead' },
};
