import { isIdleBut, type OwnHandles } from '../../platform/idleness.ts';
import { local } from '../../platform/local.ts';
import { placesOf } from '../../platform/place.ts';
import type { Seat } from '../../src/exchange/seat.ts';
import type { Party } from '../../src/party/party.ts';
import type { Participant, Places } from './participant.ts';

/** The supervisor's own code takes part like a process. */
export class Host implements Participant {
  readonly name = "the supervisor's own code";
  readonly processId = undefined;
  readonly isLinked = false;
  readonly #seat: Seat<Uint8Array>;
  readonly #party: Party<Uint8Array>;
  readonly #handles: () => OwnHandles;

  /** @param handles those of this process that belong to its stages */
  constructor(seat: Seat<Uint8Array>, party: Party<Uint8Array>, handles: () => OwnHandles) {
    this.#seat = seat;
    this.#party = party;
    this.#handles = handles;
  }

  get party(): number {
    return this.#seat.party;
  }

  get activity(): number {
    return this.#seat.activity;
  }

  /** Looks when the code of this turn is done. */
  probe(wantsPlaces: boolean): Promise<Places | undefined> {
    return new Promise((resolve) => {
      setImmediate(async () => {
        const isPatient = this.#party.isPatient && local.isPatient;
        if (!isPatient || !(await isIdleBut(this.#handles()))) resolve(undefined);
        else resolve(wantsPlaces ? this.#party.waitingCode().then(placesOf) : new Map());
      });
    });
  }
}
