import { SyncError } from '@1688/core';

/** One picture whose hash comes near to the one that was searched. */
export interface NearHash {
  readonly id: string;
  /** Bits of 64 that differ. */
  readonly distance: number;
}

/** Finds perceptual hashes that differ in few bits, without comparing with each: exact, as if each had been compared. */
export interface HashIndex {
  readonly size: number;
  /** @param hash 16 hexadecimal digits. Any number of ids may have one hash. @throws ARGUMENT_INVALID */
  add(id: string, hash: string): void;
  /** All within `distance` bits, closest first, then in the order in which they were added. @throws ARGUMENT_INVALID for more than the index was made for */
  search(hash: string, distance?: number): NearHash[];
  /** Every pair within `distance` bits once, the later id first. */
  pairs(distance?: number): Generator<{ readonly a: string; readonly b: string; readonly distance: number }>;
}

const bands = 4;
const bandValues = 0x1_00_00;

/**
 * Hashes are cut into four bands of 16 bits. Two that differ in at most d bits differ in at most ⌊d / 4⌋ bits in at least one band, so looking
 * up a band's value and all values that near to it finds every one of them; what is found is then compared in full. A hash takes 24 to 48 bytes
 * and its id, and the index 1 MB. For distances of 0, 4, 8 and 12 upward a search looks into 4, 68, 548 and 2,788 of 262,144 lists.
 * @param maxDistance 0 to 15; larger ones look up more values in each band. Default 6
 */
export function hashIndex({ maxDistance = 6 }: { readonly maxDistance?: number } = {}): HashIndex {
  if (!Number.isInteger(maxDistance) || maxDistance < 0 || maxDistance > 15) throw new SyncError('ARGUMENT_INVALID', `Expected a largest distance of 0 to 15 bits, received ${maxDistance}.`);
  const ids: string[] = [];
  const masks = Array.from({ length: Math.floor(maxDistance / bands) + 1 }, (_, ones) => masksUpTo(ones));
  // For each band, lists that begin with the newest hash of a value and go on with `next`: no object for any list.
  const newest = new Int32Array(bands * bandValues).fill(-1);
  let next = new Int32Array(bands * 64);
  let words = new Int32Array(2 * 64);

  function grow(): void {
    next = grown(next);
    words = grown(words);
  }

  /** Positions below `before` within the distance, each once. */
  function* near(high: number, low: number, distance: number, before: number): Generator<{ readonly at: number; readonly distance: number }> {
    const variations = masks[Math.floor(distance / bands)]!;
    for (let band = 0; band < bands; band += 1) {
      const value = bandOf(high, low, band);
      for (const mask of variations) {
        for (let at = newest[band * bandValues + (value ^ mask)]!; at !== -1; at = next[at * bands + band]!) {
          if (at >= before) continue;
          const [otherHigh, otherLow] = [words[at * 2]!, words[at * 2 + 1]!];
          const found = bitsOf(high ^ otherHigh) + bitsOf(low ^ otherLow);
          if (found <= distance && isFirstBand(high ^ otherHigh, low ^ otherLow, band, distance)) yield { at, distance: found };
        }
      }
    }
  }

  function check(distance: number): number {
    if (Number.isInteger(distance) && distance >= 0 && distance <= maxDistance) return distance;
    throw new SyncError('ARGUMENT_INVALID', `Expected a distance of 0 to ${maxDistance} bits, received ${distance}.`);
  }

  return {
    get size() { return ids.length; },
    add(id, hash) {
      const { high, low } = parseHash(hash);
      const at = ids.push(id) - 1;
      if (words.length < ids.length * 2) grow();
      words[at * 2] = high;
      words[at * 2 + 1] = low;
      for (let band = 0; band < bands; band += 1) {
        const list = band * bandValues + bandOf(high, low, band);
        next[at * bands + band] = newest[list]!;
        newest[list] = at;
      }
    },
    search(hash, distance = maxDistance) {
      const { high, low } = parseHash(hash);
      const found = [...near(high, low, check(distance), ids.length)].toSorted((a, b) => a.distance - b.distance || a.at - b.at);
      return found.map(({ at, distance: bits }) => ({ id: ids[at]!, distance: bits }));
    },
    *pairs(distance = maxDistance) {
      check(distance);
      for (let at = 0; at < ids.length; at += 1) {
        for (const other of near(words[at * 2]!, words[at * 2 + 1]!, distance, at)) yield { a: ids[at]!, b: ids[other.at]!, distance: other.distance };
      }
    },
  };
}

/** Ones among 32 bits. */
export function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55_55_55_55);
  bits = (bits & 0x33_33_33_33) + ((bits >>> 2) & 0x33_33_33_33);
  return Math.imul((bits + (bits >>> 4)) & 0x0f_0f_0f_0f, 0x01_01_01_01) >>> 24;
}

function grown(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

function parseHash(hash: string): { readonly high: number; readonly low: number } {
  if (!/^[0-9a-f]{16}$/.test(hash)) throw new SyncError('ARGUMENT_INVALID', `Expected a perceptual hash of 16 hexadecimal digits, received ${JSON.stringify(hash).slice(0, 60)}.`);
  return { high: Number.parseInt(hash.slice(0, 8), 16) | 0, low: Number.parseInt(hash.slice(8), 16) | 0 };
}

function bandOf(high: number, low: number, band: number): number {
  const word = band < 2 ? high : low;
  return (band & 1 ? word : word >>> 16) & 0xff_ff;
}

/** Whether no earlier band finds the same hash: so each is told once, without remembering which were. */
function isFirstBand(high: number, low: number, band: number, distance: number): boolean {
  const most = Math.floor(distance / bands);
  for (let earlier = 0; earlier < band; earlier += 1) if (bitsOf(bandOf(high, low, earlier)) <= most) return false;
  return true;
}

/** All numbers of 16 bits with at most so many ones: 1, 17, 137 or 697. */
function masksUpTo(ones: number): readonly number[] {
  let masks = [0];
  for (let left = ones; left > 0; left -= 1) masks = [...new Set(masks.flatMap((mask) => [mask, ...Array.from({ length: 16 }, (_, bit) => mask ^ (1 << bit))]))];
  return masks.filter((mask) => bitsOf(mask) <= ones);
}
