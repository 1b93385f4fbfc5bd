import { expect, test } from 'vitest';
import { reduced } from './pixels.ts';

test('pixels of a smaller picture are means of those in their place', () => {
  const data = Uint8Array.from([10, 20, 30, 30, 40, 50, 50, 60, 70, 70, 80, 90]);

  expect(reduced({ data, widthPx: 4, heightPx: 1, channels: 3 }, 2)).toEqual({ rgba: Uint8Array.from([20, 30, 40, 255, 60, 70, 80, 255]), widthPx: 2, heightPx: 1 });
});

test('transparent pixels lend no colour', () => {
  const data = Uint8Array.from([255, 0, 0, 0, 0, 0, 200, 200]);

  expect(reduced({ data, widthPx: 2, heightPx: 1, channels: 4 }, 1).rgba).toEqual(Uint8Array.from([0, 0, 200, 100]));
});

test('sides keep their ratio, are at least one pixel and never grow', () => {
  const size = (widthPx: number, heightPx: number): number[] => {
    const small = reduced({ data: new Uint8Array(widthPx * heightPx * 3), widthPx, heightPx, channels: 3 }, 64);
    return [small.widthPx, small.heightPx];
  };

  expect([size(800, 400), size(3, 2), size(1_000, 1), size(65, 64)]).toEqual([[64, 32], [3, 2], [64, 1], [64, 63]]);
});
