/** Numbers that look random and are the same on every machine and in every run: all that is made from one seed is one offer. */
export interface Random {
  /** From 0 up to, not including, `limit`. */
  below(limit: number): number;
  of<Item>(items: readonly Item[]): Item;
}

export function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 4_294_967_296) * limit);
  return {
    below,
    of<Item>(items: readonly Item[]): Item {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('Expected something to choose from, received an empty list.');
      return item;
    },
  };
}
