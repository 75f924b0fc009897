/** Composition: from some receivers others are made, and the rendezvous holds through them. */
export { type Barrier, barrier } from './barrier.ts';
export { type BatchLimits, batch } from './batch.ts';
export { type Broadcast, broadcast } from './broadcast.ts';
export { mapOrdered } from './map-ordered.ts';
export { merge } from './merge.ts';
export { partition } from './partition.ts';
export { split } from './split.ts';
export { tee } from './tee.ts';
export { type Rate, throttle } from './throttle.ts';
