/**
 * The pipeline under fire, six stages with eleven processes:
 *
 * plain ×2 → shared ×4, with a spare → limited, recycled and watched → [left → right], a group → disk ×2
 *
 * A hostile one beside them receives what is meant for `shared`. But for the plain one, each passes a value on before
 * it says that it has taken it.
 */
import { type Channel, type DeadLetter, type StageOptions, Supervisor } from 'handover';

export const groupStages = ['left', 'right'];
export const plain = 'plain';
export const limited = 'limited';
export const hostile = 'hostile';

/** How long, in milliseconds, the limited stage may be silent. */
export const silence = 1_500;

export interface Line {
  readonly supervisor: Supervisor;
  readonly into: Channel<number>['sender'];
  readonly out: Channel<number>['receiver'];
  readonly dead: Channel<DeadLetter<number>>['receiver'];
}

/** @param folder where its disk is */
export function startLine(folder: string, onDeadlock: (story: string) => void): Line {
  const supervisor = new Supervisor({
    log: ({ stream, line }) => {
      if (stream === 'handover' && line.startsWith('deadlock')) onDeadlock(line);
    },
  });
  const dead = supervisor.channel<DeadLetter<number>>('dead letters');
  const channels = ['plain', 'shared', 'limited', 'left', 'right', 'disk'].map((name) =>
    supervisor.channel<number>(`to ${name}`, {
      maxAttempts: 4,
      deadLetters: dead.sender.clone(),
    }),
  );
  const out = supervisor.channel<number>('out');
  dead.sender.close();
  const [toPlain, toShared, toLimited, toLeft, toRight, toDisk] = channels as [
    Channel<number>,
    Channel<number>,
    Channel<number>,
    Channel<number>,
    Channel<number>,
    Channel<number>,
  ];
  const often = { restarts: 1_000_000, backoff: { first: 1, most: 20 } };
  const module = (name: string) => new URL(`stages/${name}.ts`, import.meta.url);
  const plan = (
    name: string,
    from: Channel<number>,
    to: Channel<number>,
    more: Partial<StageOptions> = {},
  ) =>
    ({
      module: module(name),
      restart: often,
      // One that is halted while it starts is found by nothing else.
      startDeadline: 10_000,
      ends: { input: from.receiver, output: to.sender },
      ...more,
    }) as StageOptions;

  supervisor.stage(hostile, {
    module: module('write-garbage'),
    restart: { restarts: 1_000_000, backoff: { first: 400, most: 400 } },
    ends: { input: toShared.receiver.clone() },
  });
  supervisor.stage(plain, plan('pass-on', toPlain, toShared, { replicas: 2 }));
  supervisor.stage(
    'shared',
    plan('work-and-pass-on', toShared, toLimited, { replicas: 4, spare: 1 }),
  );
  supervisor.stage(
    limited,
    plan('work-and-pass-on', toLimited, toLeft, { limits: { values: 2_000, silence } }),
  );
  const group = supervisor.group('both', { strategy: 'one-for-all', ...often });
  const inGroup = { restart: 'on-failure' } as const;
  group.stage('left', plan('work-and-pass-on', toLeft, toRight, inGroup));
  group.stage('right', plan('work-and-pass-on', toRight, toDisk, inGroup));
  supervisor.stage('disk', plan('write-and-pass-on', toDisk, out, { replicas: 2, args: [folder] }));
  return { supervisor, into: toPlain.sender, out: out.receiver, dead: dead.receiver };
}
