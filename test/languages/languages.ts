/** The subject of the conformance kit in each language that has a runtime: a stage that does what it is told. */
import { fileURLToPath } from 'node:url';
import type { Receiver, Sender, StageOptions, Supervisor } from 'handover';
import { describe } from 'vitest';
import { describeGo, goProgram } from '../support/go.ts';
import { describePython, pythonEnvironment } from '../support/python.ts';
import { describeRust, rustStage } from '../support/rust.ts';

type StageCommand =
  | { readonly module: URL }
  | Extract<StageOptions, { readonly format?: never; readonly command: unknown }>;

export interface Language {
  readonly name: string;
  /** Tests that need it; skipped, with the reason, where it is not. */
  readonly describe: (title: string, tests: () => void) => void;
  readonly command: () => StageCommand;
}

const subject = (extension: string) =>
  new URL(`../fixtures/conformance/subject.${extension}`, import.meta.url);

export const languages: readonly Language[] = [
  {
    name: 'Node',
    describe: (title, tests) => void describe(title, tests),
    command: () => ({ module: subject('ts') }),
  },
  {
    name: 'Python',
    describe: describePython,
    command: () => ({
      command: ['python3', fileURLToPath(subject('py'))],
      env: pythonEnvironment,
    }),
  },
  {
    name: 'Go',
    describe: describeGo,
    command: () => ({ command: [goProgram('subject')] }),
  },
  { name: 'Rust', describe: describeRust, command: () => rustStage('subject') },
];

export interface Report {
  readonly outcome: string;
  readonly value?: unknown;
  readonly guard?: string;
}

/** A stage that does one thing after the other. */
export class Told {
  readonly #control: Sender<object>;
  readonly #report: Receiver<Report>;

  constructor(
    supervisor: Supervisor,
    name: string,
    { command }: Language,
    ends: { readonly input: Receiver<unknown>; readonly output: Sender<unknown> },
    options: Pick<StageOptions, 'restart'> = {},
  ) {
    const control = supervisor.channel<object>(`${name}, control`);
    const report = supervisor.channel<Report>(`${name}, report`);
    this.#control = control.sender;
    this.#report = report.receiver;
    const given = { control: control.receiver, report: report.sender, ...ends };
    supervisor.stage(name, { ...command(), ...options, ends: given });
  }

  /** Resolves when it has begun. */
  begins(command: object): Promise<void> {
    return this.#control.send(command);
  }

  /** Resolves when it is done. */
  async does(command: object): Promise<Report> {
    await this.begins(command);
    return this.#report.receive();
  }

  /** Of what it was told last. */
  reports(): Promise<Report> {
    return this.#report.receive();
  }
}
