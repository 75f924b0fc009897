/** What the stages of the census hand to each other, and which ends each of them holds. */
import type { Receiver, Sender } from 'handover/child';
import type { Language } from './language.ts';

/** Reader → Parser: a file, as it was read. */
export interface Source {
  readonly type: 'source';
  readonly path: string;
  readonly text: string;
}

/** Parser → Transformer: what of its syntax matters here. */
export interface Outline {
  readonly type: 'outline';
  readonly path: string;
  readonly language: Language;
  readonly lines: number;
  readonly functions: readonly FunctionOutline[];
  /** What it imports, as it is written there. */
  readonly imports: readonly string[];
}

export interface FunctionOutline {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** Transformer → Writer: what is told of a file. */
export interface Facts {
  readonly type: 'facts';
  readonly path: string;
  readonly language: Language;
  readonly lines: number;
  readonly functions: number;
  readonly longestFunction: FunctionOutline | null;
  readonly imports: number;
  /** The packages among its imports, each once. */
  readonly packages: readonly string[];
}

/** A file that could not be counted. It travels on with the others, so that nothing is missing at the end. */
export interface SetAside {
  readonly type: 'set-aside';
  readonly path: string;
  readonly language: Language;
  readonly reason: string;
}

/** Writer → whoever asked for the census. */
export interface Summary {
  readonly report: string;
  /** How many lines the report has. */
  readonly written: number;
  readonly languages: Readonly<Record<string, LanguageSummary>>;
  /** By how many files import it. */
  readonly packages: Readonly<Record<string, number>>;
  readonly longestFunction: (FunctionOutline & { readonly path: string }) | null;
  readonly setAside: readonly Pick<SetAside, 'path' | 'reason'>[];
}

export interface LanguageSummary {
  readonly parsed: number;
  readonly setAside: number;
  readonly lines: number;
  readonly functions: number;
  readonly imports: number;
}

export type ReaderEnds = { sources: Sender<Source | SetAside> };
export type ParserEnds = {
  sources: Receiver<Source | SetAside>;
  outlines: Sender<Outline | SetAside>;
};
export type TransformerEnds = {
  outlines: Receiver<Outline | SetAside>;
  facts: Sender<Facts | SetAside>;
};
export type WriterEnds = { facts: Receiver<Facts | SetAside>; summary: Sender<Summary> };
