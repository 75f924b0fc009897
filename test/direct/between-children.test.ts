/** Both ends in stages of Node, with kills: see `children.ts`. */
import { stageModule } from '../support/stage-module.ts';
import { keepTheirPromises } from './children.ts';
import { forcedModes } from './mode.ts';

const start =
  (name: string) =>
  (...args: readonly string[]) => ({ module: stageModule(name), args });

for (const mode of forcedModes) {
  for (const way of ['plain', 'extended', 'either'] as const) {
    for (const replicas of [1, 4]) {
      keepTheirPromises(
        { mode, way, replicas },
        { sender: start('send-and-note'), taker: start('take-and-note') },
      );
    }
  }
}
