import { schedules } from '../model/schedules.ts';

/** The environment of a restless run, and of its programs: one seed for all. */
export function restlessSeed(): Readonly<Record<string, string>> {
  if (process.env.TEST_DIRECT !== 'restless') return {};
  return { HANDOVER_SEED: String(schedules(1).first) };
}
