import { expect, test } from 'vitest';
import { Timeline } from '../../../../supervisor/cli/progress/timeline.ts';
import { channel, moment, ownCode, stage } from './moments.ts';

const parts = [
  stage('reader', { outputs: ['files'] }),
  stage('parser', { inputs: ['files'], processes: 2 }),
];

/** So many values taken at that time, and the parser busy or idle. */
function at(milliseconds: number, taken: number, isParserBusy = true) {
  const waiting = isParserBusy ? { waitingSenders: 1 } : { waitingReceivers: 2 };
  return moment(parts, { files: channel({ taken, ...waiting }) }, milliseconds);
}

test('a rate is that of the last span, however long the run', () => {
  const timeline = new Timeline(1000, at(0, 0));
  for (let second = 1; second <= 10; second++) timeline.add(at(second * 1000, second * 100));
  timeline.add(at(11_000, 1003));
  expect(timeline.now()).toMatchObject({
    seconds: 11,
    isWhole: false,
    rows: [{ channel: 'files', taken: 1003, rate: 3 }],
  });
});

test('a run that is younger than the span has the rate of what there is', () => {
  const timeline = new Timeline(3000, at(5000, 0));
  timeline.add(at(5500, 10));
  expect(timeline.now()).toMatchObject({ seconds: 0.5, rows: [{ rate: 20 }] });
});

test('at the end, rates and the bottleneck are those of the whole run', () => {
  const timeline = new Timeline(1000, at(0, 0));
  timeline.add(at(1000, 100, true));
  timeline.add(at(2000, 200, true));
  timeline.add(at(3000, 300, true));
  timeline.add(at(4000, 300, false));
  expect(timeline.now().bottleneck).toEqual({ name: 'reader', share: 1 });
  expect(timeline.whole()).toMatchObject({
    seconds: 4,
    isWhole: true,
    rows: [{ rate: 75 }],
    bottleneck: { name: 'parser', share: 0.75 },
  });
});

test('while processes start, and no value has moved, nobody is blamed', () => {
  const timeline = new Timeline(1000, at(0, 0));
  timeline.add(at(100, 0, false));
  timeline.add(at(200, 0, false));
  expect(timeline.now().bottleneck).toBeUndefined();
  expect(timeline.whole().bottleneck).toBeUndefined();
});

test('a channel is shown with those who hold its ends, and how many processes they are', () => {
  const steered = [...parts, ownCode('topology.ts', { outputs: ['orders'] })];
  const now = moment(steered, { files: channel({}), orders: channel({}) });
  expect(new Timeline(1000, now).now().rows).toMatchObject([
    { channel: 'files', from: 'reader', to: 'parser ×2' },
    { channel: 'orders', from: 'topology.ts', to: '' },
  ]);
});
