import { expect, test } from 'vitest';
import { hashDistance, perceptualHashOf } from './perceptual-hash.ts';
import type { Pixels } from './pixels.ts';

function grey(widthPx: number, heightPx: number, valueAt: (x: number, y: number) => number, opacity = 255): Pixels {
  const rgba = new Uint8Array(widthPx * heightPx * 4);
  for (let at = 0; at < widthPx * heightPx; at += 1) rgba.set([0, 1, 2].map(() => valueAt(at % widthPx, Math.floor(at / widthPx))).concat(opacity), at * 4);
  return { rgba, widthPx, heightPx };
}

test('ones are where brightness rises to the right', () => {
  expect(perceptualHashOf(grey(64, 64, (x) => x * 4))).toBe('ffffffffffffffff');
  expect(perceptualHashOf(grey(64, 64, (x) => 255 - x * 4))).toBe('0000000000000000');
  expect(perceptualHashOf(grey(64, 64, (x, y) => (y < 32 ? x * 4 : 0)))).toBe('ffffffff00000000');
});

test('plain and all but plain pictures have no ones, whatever their noise', () => {
  expect(perceptualHashOf(grey(64, 64, () => 250))).toBe('0000000000000000');
  expect(perceptualHashOf(grey(64, 64, (x, y) => 248 + ((x * 31 + y * 17) % 5)))).toBe('0000000000000000');
});

test('transparent pixels count as white', () => {
  expect(perceptualHashOf(grey(64, 64, (x) => x * 4, 0))).toBe(perceptualHashOf(grey(64, 64, () => 255)));
});

test('a picture of any size has one, and the same in any size', () => {
  const hashes = [[1, 1], [1, 64], [64, 1], [3, 3], [7, 64], [40, 40], [64, 48]].map(([width = 1, height = 1]) => perceptualHashOf(grey(width, height, (x) => (x / width) * 240)));

  for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(hashes[5]).toBe('ffffffffffffffff');
  expect(hashes[6]).toBe(hashes[5]);
});

test('distance counts the bits that differ', () => {
  expect(hashDistance('0000000000000000', 'ffffffffffffffff')).toBe(64);
  expect(hashDistance('8000000000000001', '0000000000000000')).toBe(2);
  expect(hashDistance('0123456789abcdef', '0123456789abcdef')).toBe(0);
});
