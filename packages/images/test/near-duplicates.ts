import sharp, { type Sharp } from 'sharp';
import { hashIndex, inlineDecoder } from '../src/index.ts';
import { random } from './mutations.ts';

/** A drawn product: some shapes in colours of their own on a background that is white more often than not. */
export function product(seed: number, sidePx = 400): Sharp {
  const next = random(seed);
  const colour = (): number[] => [next() * 255, next() * 255, next() * 255];
  const ground = next() < 0.6 ? [250, 250, 250] : colour();
  const shapes = Array.from({ length: 3 + Math.floor(next() * 5) }, () => ({
    x: 0.2 + next() * 0.6, y: 0.2 + next() * 0.6, across: 0.05 + next() * 0.3, down: 0.05 + next() * 0.3, turn: next() * Math.PI, isRound: next() < 0.5, colour: colour(), shade: (next() - 0.5) * 60,
  }));
  const pixels = Buffer.alloc(sidePx * sidePx * 3);
  for (let at = 0; at < sidePx * sidePx; at += 1) {
    const [x, y] = [(at % sidePx) / sidePx, Math.floor(at / sidePx) / sidePx];
    let shown = ground;
    for (const shape of shapes) {
      const [dx, dy] = [x - shape.x, y - shape.y];
      const [u, v] = [(dx * Math.cos(shape.turn) + dy * Math.sin(shape.turn)) / shape.across, (dy * Math.cos(shape.turn) - dx * Math.sin(shape.turn)) / shape.down];
      if (shape.isRound ? u * u + v * v < 1 : Math.abs(u) < 1 && Math.abs(v) < 1) shown = shape.colour.map((value) => value + shape.shade * u);
    }
    const noise = (next() - 0.5) * 8;
    for (let channel = 0; channel < 3; channel += 1) pixels[at * 3 + channel] = Math.max(0, Math.min(255, (shown[channel] ?? 0) + noise));
  }
  return sharp(pixels, { raw: { width: sidePx, height: sidePx, channels: 3 } });
}

/** What others do to a picture that they copy. */
export const changes: Readonly<Record<string, (bytes: Buffer, seed: number) => Promise<Buffer>>> = {
  'other size': (bytes) => sharp(bytes).resize(180).jpeg({ quality: 85 }).toBuffer(),
  'other encoding': (bytes) => sharp(bytes).webp({ quality: 45 }).toBuffer(),
  'watermark in a corner': async (bytes, seed) => {
    const mark = await sharp({ create: { width: 110, height: 36, channels: 4, background: { r: 200, g: 20, b: 20, alpha: 0.85 } } }).png().toBuffer();
    return sharp(bytes).composite([{ input: mark, gravity: ['southeast', 'southwest', 'northeast', 'northwest'][seed % 4] ?? 'southeast' }]).jpeg({ quality: 85 }).toBuffer();
  },
  // 5 % of the width and of the height, all from one corner in every other picture, else from all sides.
  '5 % cropped': (bytes, seed) => sharp(bytes).extract({ left: seed % 2 ? 20 : 10, top: seed % 2 ? 20 : 10, width: 380, height: 380 }).jpeg({ quality: 85 }).toBuffer(),
};

export interface Accuracy {
  readonly distance: number;
  /** Of all near pairs found, the share that are the same picture. */
  readonly precision: number;
  /** Of all copies, the share whose picture was found, in all and by change. */
  readonly recall: number;
  readonly recallByChange: Readonly<Record<string, number>>;
}

/** Hashes so many drawn products and a copy of each for every change, searches each copy among the products. */
export async function measureAccuracy(count: number, distances: readonly number[]): Promise<Accuracy[]> {
  const index = hashIndex({ maxDistance: 15 });
  const hashOf = async (bytes: Buffer): Promise<string> => (await inlineDecoder().decode(bytes, [])).perceptualHash ?? '';
  const copies: { readonly of: string; readonly change: string; readonly hash: string }[] = [];
  for (let seed = 1; seed <= count; seed += 1) {
    const bytes = await product(seed).jpeg({ quality: 92 }).toBuffer();
    index.add(String(seed), await hashOf(bytes));
    for (const [change, make] of Object.entries(changes)) copies.push({ of: String(seed), change, hash: await hashOf(await make(bytes, seed)) });
  }
  return distances.map((distance) => {
    const found = copies.map(({ of, change, hash }) => ({ change, near: index.search(hash, distance), of }));
    const right = found.filter(({ near, of }) => near.some(({ id }) => id === of));
    const pairs = found.reduce((sum, { near }) => sum + near.length, 0);
    const recallByChange = Object.fromEntries(Object.keys(changes).map((name) => [name, right.filter(({ change }) => change === name).length / count]));
    return { distance, precision: right.length / Math.max(1, pairs), recall: right.length / copies.length, recallByChange };
  });
}

export function describeAccuracy(count: number, measured: readonly Accuracy[]): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return measured.map(({ distance, precision, recall, recallByChange }) =>
    `${count} pictures, distance ${distance}: precision ${percent(precision)}, recall ${percent(recall)} (${Object.entries(recallByChange).map(([name, share]) => `${name} ${percent(share)}`).join(', ')})`).join('\n');
}
