/** Says at the end which path was slowest, on average; and judges it. */
import { type Receiver, type Sender, stage } from 'handover/child';

interface Request {
  readonly path: string;
  readonly ms: number;
}

await stage<{ input: Receiver<Request>; output: Sender<string> }>(async ({ input, output }) => {
  const times = new Map<string, number[]>();
  for await (const { path, ms } of input) times.set(path, [...(times.get(path) ?? []), ms]);
  const averages = [...times].map(([path, all]) => {
    const average = all.reduce((sum, ms) => sum + ms, 0) / all.length;
    return { path, average, count: all.length };
  });
  averages.sort((one, other) => other.average - one.average);
  for (const { path, average, count } of averages) {
    await output.send(`${path}: ${Math.round(average)} ms on average, of ${count} requests`);
  }
  const isRight = averages[0]?.path === '/search' && !times.has('/health');
  await output.send(
    isRight
      ? 'right: /search is slowest, and nobody asked for the health checks'
      : `wrong: ${averages[0]?.path} is slowest, of ${[...times.keys()].join(', ')}`,
  );
  if (!isRight) process.exitCode = 1;
});
