/**
 * The life of one process, as a table. Its death is one event: it has exited *and* its link was read to the
 * end; only then is it known what it had taken.
 *
 * | state      | meaning                                      | for how long at most                        |
 * | ---------- | -------------------------------------------- | ------------------------------------------- |
 * | `starting` | started, has not said hello                  | the start deadline; then it is killed       |
 * | `running`  | was welcomed                                 | as long as it likes                         |
 * | `exited`   | has exited; its link is not at its end       | a grace, for a descendant may hold the link |
 * | `unlinked` | its link is at its end; it has not exited    | a grace; then it is killed                  |
 * | `dead`     | both                                         | for ever                                    |
 */
export type Life = 'starting' | 'running' | 'exited' | 'unlinked' | 'dead';

export type LifeEvent = 'hello' | 'exit' | 'link-end';

export const lives: Readonly<Record<Life, Readonly<Record<LifeEvent, Life>>>> = {
  starting: { hello: 'running', exit: 'exited', 'link-end': 'unlinked' },
  running: { hello: 'running', exit: 'exited', 'link-end': 'unlinked' },
  exited: { hello: 'exited', exit: 'exited', 'link-end': 'dead' },
  unlinked: { hello: 'unlinked', exit: 'dead', 'link-end': 'unlinked' },
  dead: { hello: 'dead', exit: 'dead', 'link-end': 'dead' },
};
