import type { ContractMismatchError, Sender } from 'handover';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { rejection } from '../../support/failures.ts';
import { describeJsonschema } from '../../support/jsonschema.ts';
import { describePython, pythonCode, pythonStage } from '../../support/python.ts';
import { supervise } from '../../support/supervision.ts';

const order = z.object({ id: z.int(), lines: z.array(z.object({ price: z.number() })) });

describePython('contracts of a stage in Python', () => {
  describeJsonschema('with jsonschema', () => {
    test('15.2 a value that does not meet one is refused there, with its path; the next goes', async () => {
      const { supervisor } = supervise();
      const input = supervisor.channel<unknown>('input');
      const told = supervisor.channel<unknown>('told');
      const orders = supervisor.channel('orders', { contract: order });
      supervisor.stage('seller', {
        ...pythonStage('send_what_it_is_told'),
        ends: { input: input.receiver, output: orders.sender, told: told.sender },
      });
      await input.sender.send({ id: 1, lines: [{ price: 2 }, { price: '3' }] });
      expect(await told.receiver.receive()).toEqual([
        'CONTRACT',
        '$.lines[1].price',
        "'3' is not of type 'number'",
      ]);
      await input.sender.send({ id: 1, lines: [] });
      expect(await orders.receiver.receive()).toEqual({ id: 1, lines: [] });
      expect(await told.receiver.receive()).toBe('taken');
    });

    test('15.2 in every way to send, awaited; 15.5 on a channel of its own, and for who gets its sender', async () => {
      const { supervisor } = supervise();
      const told = supervisor.channel<unknown>('told');
      const out = supervisor.channel<unknown>('out', {
        contract: { anyOf: [{ type: 'number' }, { not: { type: 'string' } }] },
      });
      supervisor.stage('seller', {
        ...pythonStage('select_with_contract'),
        ends: { output: out.sender, told: told.sender },
      });
      const heard = async () => told.receiver.receive();
      expect(await heard()).toBe('out $');
      expect(await heard()).toBe('out $');
      expect(await out.receiver.receive()).toBe(1);
      expect(await heard()).toBe('all: ContractError, 1 taken');
      expect(await heard()).toBe('mine $');
    });

    test('15.7 built against the same: it goes on', async () => {
      const { supervisor, input, output } = doubler({ input: { type: 'number', title: 'ours' } });
      await input.sender.send(4);
      expect(await output.receiver.receive()).toBe(8);
      input.sender.close();
      await supervisor.finished();
    });

    test('15.7 built against another: it is refused, with what differs, and not started again', async () => {
      const { supervisor } = doubler({ input: { type: 'string' } });
      const { cause } = (await rejection(supervisor.finished())) as Error;
      expect((cause as ContractMismatchError).differences).toEqual([
        { path: '$', what: '(type) is "string" in the stage, and "number" in the channel' },
      ]);
      expect(supervisor.report().stages).toMatchObject([{ restarts: 0 }]);
    });

    function doubler(contracts: object) {
      const { supervisor } = supervise();
      const input = supervisor.channel<number>('numbers', { contract: { type: 'number' } });
      const output = supervisor.channel<number>('doubled');
      supervisor.stage('doubler', {
        ...pythonStage('expect_contracts', JSON.stringify(contracts)),
        ends: { input: input.receiver, output: output.sender },
        restart: 'on-failure',
      });
      return { supervisor, input, output };
    }
  });

  test('15.6 without jsonschema it may not send there, and is told what to install', async () => {
    const { supervisor } = supervise();
    const out = supervisor.channel<Sender<unknown>>('out', { contract: {} });
    // The package is not found.
    const hide = 'import sys; sys.modules["jsonschema"] = None';
    supervisor.stage('seller', {
      ...pythonCode(`${hide}\nfrom handover import stage\nstage().output.send(1)`),
      ends: { output: out.sender },
    });
    await expect(supervisor.finished()).rejects.toThrow(
      /"out", which has a contract, .*\(python\).*pip install 'handover-child\[contracts\]'/,
    );
  });
});
