import { expect, test } from 'vitest';
import { dominantColourOf } from './dominant-colour.ts';

const pixels = (...colours: readonly (readonly number[])[]) => ({ rgba: Uint8Array.from(colours.flat()), widthPx: colours.length, heightPx: 1 });

test('is the mean of the colours that are most alike', () => {
  expect(dominantColourOf(pixels([200, 16, 16, 255], [202, 18, 20, 255], [0, 0, 255, 255]))).toBe('#c91112');
});

test('leaves out transparent pixels, and is null where there are no others', () => {
  expect(dominantColourOf(pixels([9, 9, 9, 0], [9, 9, 9, 100], [0, 255, 0, 255]))).toBe('#00ff00');
  expect(dominantColourOf(pixels([9, 9, 9, 0]))).toBeNull();
});
