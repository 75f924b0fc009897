/**
 * The least that 1 MiB costs between processes: one copy into memory that both can reach, and one out of it, into memory
 * that the receiver keeps. No word is said, and nobody is waited for.
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { report } from '../figure.ts';
import { largeLength, largeWarmUp } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const path = `/dev/shm/handover-bench-${process.pid}`;
const file = openSync(path, 'wx+', 0o600);
unlinkSync(path);

const value = new Uint8Array(largeLength).fill(0x68);
const stopwatch = new Stopwatch(largeWarmUp);
do {
  writeSync(file, value, 0, largeLength, 0);
  readSync(file, new Uint8Array(largeLength), 0, largeLength, 0);
} while (stopwatch.lap());
closeSync(file);
report(stopwatch.microseconds);
