import type { Statistics, Supervisor } from 'handover';
import { expect, vi } from 'vitest';

/** Resolves when the channel's counts are as expected. */
export async function channelShows(
  supervisor: Supervisor,
  channel: string,
  counts: Partial<Statistics>,
): Promise<void> {
  await vi.waitFor(() => expect(supervisor.statistics().get(channel)).toMatchObject(counts), {
    timeout: 30_000,
    interval: 5,
  });
}
