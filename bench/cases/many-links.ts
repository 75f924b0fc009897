/** The rendezvous of a supervisor with so many links, in turn: half of them send to the other half. No system call. */
import { argv } from 'node:process';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { SimulatedPairs } from '../peers/simulated-pairs.ts';
import { Stopwatch } from '../stopwatch.ts';

const [, , links] = argv;

const pairs = new SimulatedPairs(Number(links) / 2, messageBytes);
const stopwatch = new Stopwatch();
do pairs.rendezvous();
while (stopwatch.lap());
pairs.check();
report(stopwatch.microseconds);
