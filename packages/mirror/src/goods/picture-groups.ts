import { hashIndex } from '@1688/images';

/** Pictures that resemble each other, directly or through others of the group. */
export interface PictureGroup {
  readonly hashes: readonly string[];
  /** The closest and the widest pair that was found. */
  readonly closest: number;
  readonly widest: number;
}

/** Fewer rising or falling steps than this say nothing: plain colours would all be one group. */
const leastFeatures = 6;

export function hasFeatures(perceptualHash: string): boolean {
  const ones = [...perceptualHash].reduce((sum, digit) => sum + '0112122312232334'.charCodeAt(Number.parseInt(digit, 16)) - 48, 0);
  return ones >= leastFeatures && ones <= 64 - leastFeatures;
}

/** Groups of two and more, largest first; pictures without features are left out. */
export async function groupAlike(pictures: AsyncIterable<{ readonly sha256: string; readonly perceptualHash: string }>, distance: number): Promise<PictureGroup[]> {
  const near = hashIndex({ maxDistance: distance });
  for await (const { sha256, perceptualHash } of pictures) if (hasFeatures(perceptualHash)) near.add(sha256, perceptualHash);
  const parents = new Map<string, string>();
  const rootOf = (id: string): string => {
    for (let at = id; ;) {
      const parent = parents.get(at) ?? at;
      if (parent === at) return at;
      parents.set(at, parents.get(parent) ?? parent);
      at = parent;
    }
  };
  const found: { a: string; distance: number }[] = [];
  for (const { a, b, distance: bits } of near.pairs()) {
    if (!parents.has(a)) parents.set(a, a);
    parents.set(rootOf(b), rootOf(a));
    found.push({ a, distance: bits });
  }
  return toGroups(parents, rootOf, found);
}

function toGroups(parents: ReadonlyMap<string, string>, rootOf: (id: string) => string, pairs: readonly { a: string; distance: number }[]): PictureGroup[] {
  const groups = new Map<string, { hashes: string[]; closest: number; widest: number }>();
  for (const id of parents.keys()) {
    const group = groups.get(rootOf(id)) ?? { hashes: [], closest: 64, widest: 0 };
    group.hashes.push(id);
    groups.set(rootOf(id), group);
  }
  for (const { a, distance } of pairs) {
    const group = groups.get(rootOf(a))!;
    group.closest = Math.min(group.closest, distance);
    group.widest = Math.max(group.widest, distance);
  }
  return [...groups.values()].toSorted((a, b) => b.hashes.length - a.hashes.length || (a.hashes[0]! < b.hashes[0]! ? -1 : 1));
}
