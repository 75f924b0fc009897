import type { Supervisor, SupervisorEvent } from 'handover';

type Type = SupervisorEvent['type'];
type Of<T extends Type> = Extract<SupervisorEvent, { readonly type: T }>;

/** Keeps what a supervisor tells of, and waits for what has not happened yet. */
export class EventBook {
  readonly events: SupervisorEvent[] = [];
  readonly #waiting = new Set<(event: SupervisorEvent) => void>();

  constructor(supervisor: Supervisor) {
    supervisor.events.listen((event) => {
      this.events.push(event);
      for (const look of this.#waiting) look(event);
    });
  }

  /** Those of one type so far, of one stage if it is said. */
  all<T extends Type>(type: T, stage?: string): readonly Of<T>[] {
    return this.events.filter((event) => isIt(event, type, stage));
  }

  /** The event of that type with that number, from 1 on; when it has happened. */
  async nth<T extends Type>(type: T, number: number, stage?: string): Promise<Of<T>> {
    for (;;) {
      const event = this.all(type, stage)[number - 1];
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        const look = () => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }
}

function isIt<T extends Type>(event: SupervisorEvent, type: T, stage?: string): event is Of<T> {
  return (
    event.type === type && (stage === undefined || ('stage' in event && event.stage === stage))
  );
}
