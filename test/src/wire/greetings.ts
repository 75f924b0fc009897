/** What the two sides of a link say first. */
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';

export const hello: FromProcess = {
  type: 'hello',
  version: { major: 1, minor: 0 },
  language: 'node',
  features: [],
  token: 't',
};

export const welcome: FromSupervisor = {
  type: 'welcome',
  version: { major: 1, minor: 0 },
  settings: { stage: 's', replica: 0, maxValueBytes: 1, window: { operations: 1, bytes: 1 } },
  ends: [],
};
