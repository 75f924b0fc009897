/** A request and its reply between two processes, over a socket of the file system. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Request } from 'zeromq';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-bench-'));
const address = `ipc://${join(folder, 'link')}`;
const echo = fileURLToPath(new URL('./zeromq-echo.js', import.meta.url));
const child = spawn(process.execPath, [echo, address], { stdio: ['ignore', 'pipe', 'inherit'] });
// It says when it listens.
await once(child.stdout, 'data');

const request = new Request();
request.connect(address);
const stopwatch = new Stopwatch();
do {
  await request.send(messageBytes);
  await request.receive();
} while (stopwatch.lap());
request.close();
child.kill();
await once(child, 'exit');
rmSync(folder, { recursive: true });
report(stopwatch.microseconds);
