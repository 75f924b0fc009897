import type { Section } from './check.ts';
import { contracts } from './checks/contracts.ts';
import { direct } from './checks/direct.ts';
import { channels } from './checks/ends.ts';
import { frames } from './checks/frames.ts';
import { greeting } from './checks/greeting.ts';
import { headers } from './checks/headers.ts';
import { life } from './checks/life.ts';
import { operations } from './checks/operations.ts';
import { transport } from './checks/transport.ts';
import { values } from './checks/values.ts';
import { window } from './checks/window.ts';

/** In the order of docs/protocol.md. */
export const sections: readonly Section[] = [
  transport,
  frames,
  greeting,
  headers,
  operations,
  values,
  window,
  channels,
  life,
  direct,
  contracts,
];
