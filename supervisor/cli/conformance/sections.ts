import type { Section } from './check.ts';
import { frames } from './checks/frames.ts';
import { greeting } from './checks/greeting.ts';
import { transport } from './checks/transport.ts';

/** In the order of docs/protocol.md. */
export const sections: readonly Section[] = [transport, frames, greeting];
