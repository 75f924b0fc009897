import { describe, expect, test } from 'vitest';
import { Receiver } from '../../../src/ends/receiver.ts';
import { selectOn } from '../../../src/select/select.ts';
import { Desk, now } from './desk.ts';

describe('§8.15 a process that retires', () => {
  test('§8.15 withdraws its receives, and tells nobody', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive();
    desk.said();
    desk.party.retire();
    expect(desk.said()).toEqual(['1: withdraw, final']);
    desk.withdrawn(1);
    expect(await now(received)).toBe('waiting');
    expect(desk.busy).toEqual([true, false]);
  });

  test('§8.15 returns a value that comes all the same', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive();
    desk.said();
    desk.party.retire();
    desk.deliver(1, 'a');
    expect(desk.said()).toEqual(['1: withdraw, final', '1: returned']);
    expect(await now(received)).toBe('waiting');
  });

  test('§8.15 begins to receive no more, and to send as before', async () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    desk.party.retire();
    const received = receiver.receive();
    const sent = sender.send('a');
    expect(desk.said()).toEqual(['1: send "a" on 1']);
    desk.complete(1);
    await sent;
    expect(await now(received)).toBe('waiting');
    expect(desk.busy).toEqual([true, false]);
  });

  test('§8.15 keeps what it has in hand until its code has said what became of it', async () => {
    const desk = new Desk();
    const work = Receiver.work(desk.receiver());
    desk.deliver(1, 'a');
    const { value, taken } = await work;
    desk.said();
    desk.party.retire();
    expect(value).toBe('a');
    taken();
    expect(desk.said()).toEqual(['1: taken']);
  });

  test('§8.15 withdraws a select that could only receive', async () => {
    const desk = new Desk();
    const [one, other] = [desk.receiver(), desk.receiver()];
    const chosen = selectOn(desk.clock, { one: one.onReceive(), other: other.onReceive() }, {});
    desk.said();
    desk.party.retire();
    expect(desk.said()).toEqual(['1: withdraw, final']);
    desk.withdrawn(1);
    expect(await now(chosen)).toBe('waiting');
    expect(desk.busy).toEqual([true, false]);
  });

  test('§8.15 goes on with a select that would send, and gives it what it receives', async () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    const guards = { in: receiver.onReceive(), out: sender.onSend('in hand') };
    const chosen = selectOn(desk.clock, guards, { priority: true });
    desk.said();
    desk.party.retire();
    expect(desk.said()).toEqual([]);
    desk.deliver(1, 'a');
    expect(await chosen).toMatchObject({ guard: 'in', value: 'a' });
  });

  test('§8.16 leaves its ends to the process that follows', async () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    const sent = sender.send('a');
    const received = receiver.receive();
    desk.said();
    desk.party.windDown('followed');
    expect(desk.said()).toEqual(['2: withdraw, final']);
    desk.withdrawn(2);
    desk.complete(1);
    await sent;
    expect(desk.said()).toEqual([]);
    expect(await now(received)).toBe('waiting');
  });
});
