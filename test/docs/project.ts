/** A project in a temporary folder that uses this package as others do, but from its sources. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'shell-quote';
import { onTestFinished } from 'vitest';
import { repository } from './programs.ts';

const condition = '--conditions=handover-source';
const commandLine = join(repository, 'supervisor/cli/main.ts');
/** What the documents' programs import besides. */
const packages = ['@types', 'msgpackr', 'tsx', 'zod'];

export interface Ended {
  readonly exitCode: number | null;
  /** stdout and stderr, in the order in which they were written. */
  readonly output: string;
}

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'handover-docs-'));

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(repository, join(this.folder, 'node_modules/handover'));
    for (const name of packages) {
      symlinkSync(join(repository, 'node_modules', name), join(this.folder, 'node_modules', name));
    }
    this.write('package.json', '{ "type": "module" }\n');
    // What npm would put there; scripts look for it.
    const command = [process.execPath, condition, commandLine].map((word) => `'${word}'`).join(' ');
    this.write('node_modules/.bin/handover', `#!/bin/sh\nexec ${command} "$@"\n`);
    chmodSync(join(this.folder, 'node_modules/.bin/handover'), 0o755);
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs a command as it stands in a document. */
  run(command: string): Promise<Ended> {
    if (command.includes(' | ')) return this.#line(command);
    const [program = '', ...args] = parse(command).map(String);
    if (program === 'node') return this.#node(args);
    if (command.startsWith('npx handover ')) return this.#node([commandLine, ...args.slice(1)]);
    throw new Error(`no test knows how to run: ${command}`);
  }

  /** Of a shell. Stages of this test find each other in its folder. */
  #line(command: string): Promise<Ended> {
    const handover = [process.execPath, condition, commandLine].join(' ');
    const line = command.replaceAll('npx handover ', `${handover} `);
    return this.#run('bash', ['-c', line], { XDG_RUNTIME_DIR: this.folder });
  }

  #node(args: readonly string[]): Promise<Ended> {
    return this.#run(process.execPath, [condition, ...args], {});
  }

  /** Both streams go to one file, so that the order of what is printed is not lost. */
  async #run(
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Ended> {
    const printed = join(this.folder, 'output.txt');
    const output = openSync(printed, 'w');
    const child = spawn(file, args, {
      cwd: this.folder,
      stdio: ['ignore', output, output],
      env: { ...process.env, NO_COLOR: '1', ...env },
    });
    closeSync(output);
    onTestFinished(() => void child.kill('SIGKILL'));
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    return { exitCode, output: await readFile(printed, 'utf8') };
  }
}
