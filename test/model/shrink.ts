/** Leaves out whatever is not needed for the failure, one piece after the other, as long as that helps. */
export function shrink<T>(
  pieces: readonly T[],
  fails: (pieces: readonly T[]) => boolean,
): readonly T[] {
  let smallest = pieces;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (let index = smallest.length - 1; index >= 0; index--) {
      const without = smallest.toSpliced(index, 1);
      if (!fails(without)) continue;
      smallest = without;
      isSmaller = true;
    }
  }
  return smallest;
}
