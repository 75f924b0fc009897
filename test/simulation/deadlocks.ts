/** What is said of deadlocks (R12), held against what then happens. */
import type { PartyId } from '../../src/arbiter/events.ts';
import { stuckAmong } from '../../src/deadlock/stuck.ts';
import { Broken } from './check.ts';
import { describe } from './code.ts';
import type { Act } from './history.ts';
import type { Home } from './home.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

export class Deadlocks {
  readonly #world: World;
  /** Acts that can never end, as was said while there was much else going on. */
  readonly #doomed = new Set<Act>();
  /** How often somebody was said to be stuck while others were not. */
  subsets = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Says who is stuck now. */
  foretell(): void {
    const { exchange, history } = this.#world;
    const idle = this.#idle();
    const waits = exchange.waits();
    const stuck = stuckAmong(idle.keys(), waits);
    const waiting = new Set(waits.map(({ party }) => party));
    for (const party of stuck) {
      if (!waiting.has(party)) continue;
      if (waiting.size > stuck.size) this.subsets++;
      for (const act of history.acts) {
        if (act.outcome === undefined && act.who === idle.get(party)) this.#doomed.add(act);
      }
    }
  }

  /** Nothing moves any more: what was said to be stuck still is, and whoever waits now is stuck. */
  checkAtRest(): void {
    for (const act of this.#doomed) {
      if (act.outcome !== undefined) {
        throw new Broken(`R12: a false alarm: ${act.who.name}: ${describe(act)} went on`);
      }
    }
    const { exchange } = this.#world;
    const waits = exchange.waits();
    // Signals that were not given by now are not given at rest.
    const stuck = stuckAmong(
      this.#living().map(({ party }) => party),
      waits,
    );
    for (const { party, op } of waits) {
      if (stuck.has(party)) continue;
      throw new Broken(
        `R12: nobody moves, but operation ${op} of party ${party} is not said to be stuck`,
      );
    }
  }

  #idle(): ReadonlyMap<PartyId, Act['who']> {
    const idle = this.#living().filter(({ isIdle }) => isIdle);
    return new Map(idle.map(({ party, code }) => [party, code.who]));
  }

  #living(): readonly (Home | SimulatedProcess)[] {
    const { home, processes } = this.#world;
    const all = home === undefined ? processes : [home, ...processes];
    return all.filter(({ code }) => !code.who.isDead);
  }
}
