/** The command as it is typed: a process of its own. */
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { onTestFinished } from 'vitest';
import { programFlags } from '../../support/programs.ts';

const main = fileURLToPath(new URL('../../../supervisor/cli/main.ts', import.meta.url));

const commandLine = [process.execPath, ...programFlags(), main] as const;

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly processId: number;
  /** Resolves with what the first match captured, when it has been printed; rejects when it never will. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Closes the pipe that its stdout goes to. */
  stopReading(): void;
  /** As if typed. */
  type(text: string): void;
  /** The end of its stdin. */
  closeInput(): void;
  readonly ended: Promise<Ended>;
}

/** Runs `handover` with these arguments to its end. */
export function handover(args: readonly string[], cwd?: string): Promise<Ended> {
  return start([...commandLine, ...args], cwd).ended;
}

export function startHandover(args: readonly string[], cwd?: string): Running {
  return start([...commandLine, ...args], cwd);
}

/** In a space of process ids of its own, as in a container: the command is process 1 there. */
export function startAsFirstProcess(args: readonly string[], cwd?: string): Running {
  return start(
    ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', ...commandLine, ...args],
    cwd,
  );
}

/** Whether there is a `script` as in util-linux, which runs a command in a terminal. */
export const hasTerminal = /util-linux/.test(
  execaSync('script', ['--version'], { reject: false }).stdout ?? '',
);

/** Everything that is seen there comes as stdout. The terminal knows colours. */
export function startInTerminal(args: readonly string[], cwd?: string): Running {
  const typed = ['env', 'TERM=xterm-256color', ...commandLine, ...args].join(' ');
  return start(['script', '-qefc', typed, '/dev/null'], cwd);
}

/**
 * What Node asks, besides the terminal, before it uses colours (tty.WriteStream.getColorDepth).
 * A command that is tested does not see it, wherever the tests themselves run.
 */
const uncoloured = {
  CI: undefined,
  COLORTERM: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: undefined,
  NODE_DISABLE_COLORS: undefined,
};

/** Starts a command that does not outlive its test. */
function start([file = '', ...args]: readonly string[], cwd = process.cwd()): Running {
  const subprocess = execa(file, args, { cwd, env: uncoloured, reject: false, stdin: 'pipe' });
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [subprocess.stdout, subprocess.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
      for (const look of waiting) look();
    });
  }
  const ended = subprocess.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr }));
  onTestFinished(async () => {
    subprocess.kill('SIGKILL');
    await ended;
  });
  return {
    processId: subprocess.pid ?? 0,
    ended,
    signal: (name) => subprocess.kill(name),
    stopReading: () => subprocess.stdout.destroy(),
    type: (text) => subprocess.stdin.write(text),
    closeInput: () => subprocess.stdin.end(),
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (match === null) return;
          waiting.delete(look);
          resolve(match);
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`never printed ${pattern}; but:\n${output}`)));
      }),
  };
}
