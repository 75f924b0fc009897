/** A log like many: `line=7 level=info path=/orders?page=7 status=200`. */

export const numberOfSlowLine = 123;

export const log: readonly string[] = Array.from({ length: 300 }, (_, index) =>
  index + 1 === numberOfSlowLine ? slowLine() : ordinaryLine(index + 1),
);

function ordinaryLine(number: number): string {
  return `line=${number} level=info path=/orders?page=${number} status=200`;
}

/**
 * Nobody means harm with it. But each of the 40 parameters can be read as a field by itself, or as part of the one
 * before it, and the last word is no field at all: the parser's expression tries at least 2³⁹ ways to find one.
 */
function slowLine(): string {
  const query = Array.from({ length: 40 }, (_, index) => `p${index}=${index}`).join('&');
  return `line=${numberOfSlowLine} level=info path=/orders?${query} status=200 cached`;
}
