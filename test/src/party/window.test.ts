import { describe, expect, test } from 'vitest';
import { Receiver } from '../../../src/ends/receiver.ts';
import { Desk, now } from './desk.ts';

describe('R5 the window of an end', () => {
  test('R5 holds back what is too much, and offers it in order when there is room', () => {
    const desk = new Desk({ window: { operations: 2, bytes: 1_000 } });
    const sender = desk.sender();
    for (const value of ['a', 'b', 'c', 'd']) void sender.send(value);
    expect(desk.said()).toEqual(['1: send "a" on 1', '2: send "b" on 1']);
    desk.complete(1);
    expect(desk.said()).toEqual(['3: send "c" on 1']);
    desk.complete(3);
    expect(desk.said()).toEqual(['4: send "d" on 1']);
  });

  test('R5 is for receives too', () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const receiver = desk.receiver();
    void receiver.receive();
    void receiver.receive();
    expect(desk.said()).toEqual(['1: receive on 1']);
    desk.deliver(1, 'a');
    expect([...desk.said()].sort()).toEqual(['1: taken', '2: receive on 1']);
  });

  test('R5 is for each end alone', () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const [one, two] = [desk.sender(), desk.sender()];
    void one.send('a');
    void one.send('b');
    void two.send('c');
    expect(desk.said()).toEqual(['1: send "a" on 1', '2: send "c" on 2']);
  });

  test('R5 is shared by the copies of an end', () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const sender = desk.sender();
    void sender.send('a');
    void sender.clone().send('b');
    expect(desk.said()).toEqual(['1: send "a" on 1']);
  });

  test('R5 counts bytes, and lets one value through however large', () => {
    const desk = new Desk({ window: { operations: 10, bytes: 20 } });
    const sender = desk.sender();
    const large = 'x'.repeat(50);
    void sender.send(large);
    void sender.send('b');
    expect(desk.said()).toHaveLength(1);
    desk.complete(1);
    expect(desk.said()).toEqual(['2: send "b" on 1']);
    void sender.send('c');
    void sender.send('d'.repeat(19));
    void sender.send('e');
    expect(desk.said()).toHaveLength(2);
    desk.complete(2);
    desk.complete(3);
    expect(desk.said()).toEqual([]);
    desk.complete(4);
    expect(desk.said()).toEqual(['5: send "e" on 1']);
  });

  test('R5 a value is encoded when its turn comes, not before', () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const sender = desk.sender<{ n: number }>();
    const value = { n: 1 };
    void sender.send(value);
    void sender.send(value);
    value.n = 2;
    desk.complete(1);
    expect(desk.said()).toEqual(['1: send {"n":1} on 1', '2: send {"n":2} on 1']);
  });

  test('R4 a poll behind what is held back finds nobody', async () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    void sender.send('a');
    void receiver.receive();
    desk.said();
    expect(await now(sender.trySend('b'))).toBe(false);
    expect(await now(receiver.tryReceive())).toBeUndefined();
    expect(desk.said()).toEqual([]);
  });

  test('R3 nothing overtakes what is held back', () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const sender = desk.sender();
    void sender.send('a');
    void sender.send('b');
    desk.complete(1);
    void sender.send('c');
    expect(desk.said()).toEqual(['1: send "a" on 1', '2: send "b" on 1']);
    desk.complete(2);
    expect(desk.said()).toEqual(['3: send "c" on 1']);
  });

  test('R5 every ending makes room', () => {
    const endings = [
      (desk: Desk) => desk.complete(1),
      (desk: Desk) => desk.withdrawn(1),
      (desk: Desk) => desk.fail(1, { kind: 'ended' }),
    ];
    for (const end of endings) {
      const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
      const sender = desk.sender();
      sender.send('a').catch(() => {});
      void sender.send('b');
      desk.said();
      end(desk);
      expect(desk.said()).toEqual(['2: send "b" on 1']);
    }
  });

  test('R5 work in hand makes room for the next receive', () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const receiver = desk.receiver();
    void Receiver.work(receiver);
    void Receiver.work(receiver);
    desk.deliver(1, 'a');
    expect(desk.said()).toEqual(['1: receive on 1', '2: receive on 1']);
  });

  test('R5 a held value that cannot be encoded does not hold up the next', async () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const sender = desk.sender<unknown>();
    void sender.send('a');
    const bad = sender.send(undefined);
    void sender.send('c');
    desk.said();
    desk.complete(1);
    expect(await now(bad)).toMatchObject({ code: 'NOT_ENCODABLE' });
    expect(desk.said()).toEqual(['2: send "c" on 1']);
  });
});
