/**
 * A process and its descendants: the group that the system keeps of them. Its process leads a session of its
 * own, so a signal for the supervisor's terminal does not reach it, and one for the group reaches all of it. A
 * descendant that makes a session of its own has left.
 */
import { type OnTrouble, type Reaper, reaper as reaperHere } from './reaper.ts';

export class ProcessGroup {
  readonly #token: string;
  readonly #reaper: Reaper;
  #id: number | undefined;

  /**
   * To be made before the process is started.
   *
   * @param token that it will have in its environment
   */
  constructor(token: string, onTrouble: OnTrouble, reaper = reaperHere) {
    this.#token = token;
    this.#reaper = reaper;
    reaper.expect(token, onTrouble);
  }

  /** @param processId of the process that leads it; undefined: it could not be started */
  started(processId: number | undefined): void {
    this.#id = processId;
    this.#reaper.watch(this.#token, processId);
  }

  /** To all that is in it. One that is stopped wakes up to hear of it. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    this.#send(name);
    if (name === 'SIGTERM') this.#send('SIGCONT');
  }

  /** Its leader has exited: what is left of it goes, too. */
  end(): void {
    if (this.#id === undefined) return;
    this.#send('SIGKILL');
    this.#reaper.release(this.#id);
    this.#id = undefined;
  }

  #send(name: NodeJS.Signals): void {
    if (this.#id === undefined) return;
    try {
      process.kill(-this.#id, name);
    } catch {
      // Nobody is left in it; or nobody to whom this user may say anything.
    }
  }
}
