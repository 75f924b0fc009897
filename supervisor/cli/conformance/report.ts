/** What came of the checks, as lines for people, or for programs. */
import type { Result } from './results.ts';

export interface Report {
  readonly tell: (result: Result) => void;
  readonly end: () => void;
}

type Write = (text: string) => void;

/** A heading for each section, a line for each check, and a sum. */
export function inLines(write: Write): Report {
  const counts = { ok: 0, failed: 0, skipped: 0 };
  let section = '';
  return {
    tell: (result) => {
      if (result.section !== section) {
        write(`${section === '' ? '' : '\n'}${result.section}\n`);
        section = result.section;
      }
      counts[result.verdict.kind]++;
      write(linesOf(result));
    },
    end: () => {
      write(`\n${counts.ok} ok, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    },
  };
}

function linesOf({ clause, title, transport, verdict }: Result): string {
  const line = `  ${verdict.kind.padEnd(7)}  ${clause}  ${title}  (${transport})\n`;
  switch (verdict.kind) {
    case 'ok':
      return line;
    case 'skipped':
      return `${line}${detail}${verdict.why}\n`;
    case 'failed': {
      const other = verdict.clause === clause ? '' : ` (${verdict.clause})`;
      return `${line}${detail}expected ${verdict.expected}${other}\n${detail}but: ${verdict.came}\n`;
    }
  }
}

const detail = ' '.repeat(15);

/** One object for each check, a line each. */
export function inJson(write: Write): Report {
  return {
    tell: ({ verdict: { kind: verdict, ...more }, clause, ...result }) => {
      const broken = 'clause' in more ? { broken: more.clause } : {};
      const { clause: _, ...words } = { clause, ...more };
      write(`${JSON.stringify({ clause, ...result, verdict, ...words, ...broken })}\n`);
    },
    end: () => {},
  };
}
