import type { Facts, LanguageSummary, SetAside, Summary } from './messages.ts';

/** What all files have together. */
export class Sums {
  readonly #languages = new Map<string, LanguageSummary>();
  readonly #packages = new Map<string, number>();
  readonly #setAside: SetAside[] = [];
  #longest: Summary['longestFunction'] = null;

  add(record: Facts | SetAside): void {
    const sum = this.#languages.get(record.language) ?? none;
    this.#languages.set(record.language, plus(sum, record));
    if (record.type === 'set-aside') {
      this.#setAside.push(record);
      return;
    }
    for (const name of record.packages) {
      this.#packages.set(name, (this.#packages.get(name) ?? 0) + 1);
    }
    const longest = record.longestFunction;
    if (longest !== null && longest.lines > (this.#longest?.lines ?? 0)) {
      this.#longest = { ...longest, path: record.path };
    }
  }

  summary(): Omit<Summary, 'report' | 'written'> {
    return {
      languages: Object.fromEntries(this.#languages),
      packages: Object.fromEntries(this.#packages),
      longestFunction: this.#longest,
      setAside: this.#setAside,
    };
  }
}

const none: LanguageSummary = { parsed: 0, setAside: 0, lines: 0, functions: 0, imports: 0 };

function plus(sum: LanguageSummary, record: Facts | SetAside): LanguageSummary {
  if (record.type === 'set-aside') return { ...sum, setAside: sum.setAside + 1 };
  return {
    ...sum,
    parsed: sum.parsed + 1,
    lines: sum.lines + record.lines,
    functions: sum.functions + record.functions,
    imports: sum.imports + record.imports,
  };
}
