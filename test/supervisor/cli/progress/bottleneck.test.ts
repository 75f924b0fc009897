import { expect, test } from 'vitest';
import {
  blameAt,
  bottleneckOf,
  MeanBlame,
} from '../../../../supervisor/cli/progress/bottleneck.ts';
import { channel, moment, ownCode, stage } from './moments.ts';

/** reader → parser → writer */
const reader = stage('reader', { outputs: ['files'] });
const parser = stage('parser', { inputs: ['files'], outputs: ['trees'] });
const writer = stage('writer', { inputs: ['trees'] });

test('the slow stage in the middle is to blame: both its neighbours wait, and it does not', () => {
  const blame = blameAt(
    moment([reader, parser, writer], {
      files: channel({ waitingSenders: 1 }),
      trees: channel({ waitingReceivers: 1 }),
    }),
  );
  expect(blame).toEqual(
    new Map([
      ['reader', 0],
      ['parser', 1],
      ['writer', 0],
    ]),
  );
});

test('a slow source is to blame, though all behind it are awaited, too: they wait themselves', () => {
  const blame = blameAt(
    moment([reader, parser, writer], {
      files: channel({ waitingReceivers: 1 }),
      trees: channel({ waitingReceivers: 1 }),
    }),
  );
  expect(blame).toEqual(
    new Map([
      ['reader', 1],
      ['parser', 0],
      ['writer', 0],
    ]),
  );
});

test('a slow sink is to blame, though all before it are awaited, too', () => {
  const blame = blameAt(
    moment([reader, parser, writer], {
      files: channel({ waitingSenders: 1 }),
      trees: channel({ waitingSenders: 1 }),
    }),
  );
  expect(blame).toEqual(
    new Map([
      ['reader', 0],
      ['parser', 0],
      ['writer', 1],
    ]),
  );
});

test('when nobody waits, nobody is to blame', () => {
  const blame = blameAt(
    moment([reader, parser, writer], { files: channel({}), trees: channel({}) }),
  );
  expect(bottleneckOf(blame)).toBeUndefined();
});

test('replicas share the blame: as far as some of them wait, the others are not held up by them', () => {
  const parsers = stage('parser', { ...parser, processes: 4 });
  const blame = blameAt(
    moment([reader, parsers, writer], {
      files: channel({ waitingReceivers: 1 }),
      trees: channel({ waitingReceivers: 1 }),
    }),
  );
  expect(blame.get('parser')).toBe(0.75);
});

test('more waits than processes are not less than no blame', () => {
  const blame = blameAt(
    moment([reader, parser, writer], {
      files: channel({ waitingReceivers: 1 }),
      trees: channel({ waitingSenders: 64, waitingReceivers: 1 }),
    }),
  );
  expect(blame.get('parser')).toBe(0);
});

test('a stage that is over is not blamed', () => {
  const over = { ...reader, isOver: true };
  const blame = blameAt(moment([over, parser], { files: channel({ waitingReceivers: 1 }) }));
  expect(blame.has('reader')).toBe(false);
});

test('the code around the stages is blamed when it alone is waited for', () => {
  const own = ownCode('topology.ts', { inputs: ['trees'] });
  const blame = blameAt(
    moment([reader, parser, own], {
      files: channel({ waitingSenders: 1 }),
      trees: channel({ waitingSenders: 1 }),
    }),
  );
  expect(bottleneckOf(blame)).toEqual({ name: 'topology.ts', share: 1 });
});

test('the code around the stages is not blamed for a channel that it seldom uses', () => {
  const steered = stage('parser', {
    inputs: ['files', 'orders'],
    outputs: ['trees'],
    processes: 2,
  });
  const own = ownCode('topology.ts', { outputs: ['orders'] });
  const blame = blameAt(
    moment([reader, steered, writer, own], {
      files: channel({ waitingSenders: 1 }),
      orders: channel({ waitingReceivers: 1 }),
      trees: channel({ waitingReceivers: 1 }),
    }),
  );
  expect(bottleneckOf(blame)).toEqual({ name: 'parser', share: 0.5 });
});

test('over many moments it is the mean that counts, absence included', () => {
  const mean = new MeanBlame();
  mean.add(
    new Map([
      ['parser', 1],
      ['writer', 0],
    ]),
  );
  mean.add(
    new Map([
      ['parser', 0.5],
      ['writer', 1],
    ]),
  );
  mean.add(new Map([['parser', 1]]));
  mean.add(new Map());
  expect(mean.mean()).toEqual(
    new Map([
      ['parser', 0.625],
      ['writer', 0.25],
    ]),
  );
  expect(bottleneckOf(mean.mean())).toEqual({ name: 'parser', share: 0.625 });
});

test('small blame everywhere is no bottleneck', () => {
  expect(
    bottleneckOf(
      new Map([
        ['reader', 0.1],
        ['parser', 0.15],
      ]),
    ),
  ).toBeUndefined();
});
