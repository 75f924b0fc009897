/** `requests.ts COUNT`: the lines of an access log, one object of JSON on each; always the same ones. */
import { type Sender, stage } from 'handover/child';

const paths = ['/', '/health', '/search', '/cart', '/health', '/search'];

await stage<{ output: Sender<string> }>(async ({ output }) => {
  for (let number = 0; number < Number(process.argv[2]); number++) {
    const path = paths[number % paths.length];
    const ms = ((number * 37) % 101) + (path === '/search' ? 400 : 5);
    await output.send(JSON.stringify({ at: 1_700_000_000 + number, path, ms, agent: 'curl/8' }));
  }
});
