/** An intake whose channel is at the other end of a link: the test says what crosses. */
import { expect, test } from 'vitest';
import { InHand } from '../../compose/in-hand.ts';
import { Intake } from '../../compose/intake.ts';
import { Desk, now } from '../src/party/desk.ts';

test('R4 a value that crosses the closing of its intake goes back, and nobody gets it', async () => {
  const desk = new Desk();
  const intake = new Intake(desk.receiver());
  const next = intake.next();
  intake.close();
  expect(desk.said()).toEqual(['1: receive on 1', '1: withdraw, final']);
  desk.deliver(1, 'a');
  expect(await now(next)).toBeUndefined();
  expect(desk.said()).toEqual(['close 1', '1: returned']);
});

test('R4 what is being handed over when its intake is closed is taken, if somebody took it', async () => {
  const desk = new Desk();
  const intake = new Intake<string>(desk.receiver());
  const next = intake.next();
  desk.deliver(1, 'a');
  const inHand = (await next) as InHand<string>;
  const sending = Promise.withResolvers<void>();
  const settled = InHand.settle([inHand], sending.promise);
  desk.said();
  intake.close();
  expect(desk.said()).toEqual(['close 1']);
  sending.resolve();
  await settled;
  expect(desk.said()).toEqual(['1: taken']);
});
