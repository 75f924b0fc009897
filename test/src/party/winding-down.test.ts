import { describe, expect, test } from 'vitest';
import { Receiver } from '../../../src/ends/receiver.ts';
import { Desk, now } from './desk.ts';

const narrow = { window: { operations: 1, bytes: 1_000 } };

describe('§8.7 a process that is about to end', () => {
  test('§8.7 closes its ends, behind all that was sent before', async () => {
    const desk = new Desk(narrow);
    const sender = desk.sender();
    const sends = ['a', 'b'].map((value) => sender.send(value));
    desk.party.windDown();
    expect(desk.said()).toEqual(['1: send "a" on 1']);
    desk.complete(1);
    expect(desk.said()).toEqual(['2: send "b" on 1', 'close 1']);
    desk.complete(2);
    await Promise.all(sends);
    expect(desk.busy).toEqual([true, false]);
  });

  test('§8.7 closes them however many copies there are', () => {
    const desk = new Desk();
    desk.sender().clone();
    desk.receiver().clone();
    desk.party.windDown();
    expect(desk.said()).toEqual(['close 1', 'close 2']);
  });

  test('§7.3 withdraws its receives first, and tells nobody', async () => {
    const desk = new Desk(narrow);
    const receiver = desk.receiver();
    const waiting = [receiver.receive(), receiver.receive()];
    desk.said();
    desk.party.windDown();
    expect(desk.said()).toEqual(['1: withdraw, final']);
    desk.withdrawn(1);
    expect(desk.said()).toEqual(['close 1']);
    for (const received of waiting) expect(await now(received)).toBe('waiting');
    expect(desk.busy).toEqual([true, false]);
  });

  test('§3.11 returns a value that comes all the same', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive();
    desk.said();
    desk.party.windDown();
    desk.deliver(1, 'a');
    expect(desk.said()).toEqual(['1: withdraw, final', '1: returned', 'close 1']);
    expect(await now(received)).toBe('waiting');
    expect(desk.busy).toEqual([true, false]);
  });

  test('§3.11 returns a value that is in hand, and says nothing of it any more', async () => {
    const desk = new Desk();
    const works = [1, 2].map(() => Receiver.work(desk.receiver()));
    desk.deliver(1, 'a');
    desk.deliver(2, 'b');
    const [taken, held] = await Promise.all(works);
    taken?.taken();
    desk.said();
    desk.party.windDown();
    expect(desk.said()).toEqual(['close 1', 'close 2', '2: returned']);
    held?.taken();
    held?.giveBack();
    expect(desk.said()).toEqual([]);
  });

  test('R9 after it has failed: closes no sender, which would look like a clean end', async () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    const sent = sender.send('a');
    const received = receiver.receive();
    expect(desk.said()).toEqual(['1: send "a" on 1', '2: receive on 2']);
    desk.party.windDown('failed');
    expect(desk.said()).toEqual(['2: withdraw, final']);
    desk.withdrawn(2);
    expect(desk.said()).toEqual(['close 2']);
    desk.complete(1);
    await sent;
    expect(desk.said()).toEqual([]);
    expect(desk.busy).toEqual([true, false]);
    expect(await now(received)).toBe('waiting');
  });

  test('§8.7 begins nothing more', async () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    desk.party.windDown();
    desk.said();
    const later = [sender.send('a'), receiver.receive(), Receiver.work(receiver)];
    for (const operation of later) expect(await now(operation as Promise<unknown>)).toBe('waiting');
    expect(desk.said()).toEqual([]);
    expect(desk.busy).toEqual([]);
  });
});

describe('§8.7 a process that sends no more', () => {
  test('§8.7 closes its sending ends only', () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    sender.clone();
    desk.party.closeSenders();
    expect(desk.said()).toEqual(['close 1']);
    void receiver.receive();
    expect(desk.said()).toEqual(['1: receive on 2']);
  });

  test('R4 and a send that is begun then fails', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    desk.party.closeSenders();
    expect(await now(sender.send('a'))).toMatchObject({ code: 'END_CLOSED', value: 'a' });
  });
});
