/** The rendezvous of a supervisor with so many links, in turn: half of them send to the other half. No system call. */
import { argv } from 'node:process';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { SimulatedPairs } from '../peers/simulated-pairs.ts';
import { Stopwatch, usualWarmUp } from '../stopwatch.ts';

const links = Number(argv[2]);
/** In laps of each pair: by then V8 moves what the link keeps no more. */
const warmUp = 400;

const pairs = new SimulatedPairs(links / 2, messageBytes);
const stopwatch = new Stopwatch(Math.max(usualWarmUp, (warmUp * links) / 2));
do pairs.rendezvous();
while (stopwatch.lap());
pairs.check();
report(stopwatch.microseconds);
