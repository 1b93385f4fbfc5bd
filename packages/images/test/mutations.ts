/** Numbers from 0 up to 1, the same for the same seed. */
export function random(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 0x9e_37_79_b9) >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The same bytes with one to eight of them flipped, set, or a stretch of them left out or doubled. */
export function mutated(bytes: Buffer, seed: number): Buffer {
  const next = random(seed);
  const place = (): number => Math.floor(next() * bytes.length);
  const damaged = Buffer.from(bytes);
  for (let left = 1 + Math.floor(next() * 8); left > 0; left -= 1) {
    const at = place();
    damaged[at] = next() < 0.5 ? (damaged[at] ?? 0) ^ (1 << Math.floor(next() * 8)) : Math.floor(next() * 256);
  }
  if (next() < 0.8) return damaged;
  const [start, length] = [place(), Math.floor(next() * 64)];
  return next() < 0.5 ? Buffer.concat([damaged.subarray(0, start), damaged.subarray(start + length)]) : Buffer.concat([damaged.subarray(0, start + length), damaged.subarray(start)]);
}
