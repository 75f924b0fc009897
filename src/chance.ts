/** Picks a whole number from 0 to `below - 1`: how choices are made where several are equally good. */
export type Pick = (below: number) => number;

export function randomly(below: number): number {
  return Math.floor(Math.random() * below);
}
