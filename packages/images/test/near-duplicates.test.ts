import { expect, test } from 'vitest';
import { describeAccuracy, measureAccuracy } from './near-duplicates.ts';

test('copies in another size or encoding, with a watermark or cropped are found, and little else', { timeout: 180_000 }, async () => {
  const measured = await measureAccuracy(25, [4, 6, 8, 10]);
  process.stdout.write(`${describeAccuracy(25, measured)}\n`);

  const eight = measured.find(({ distance }) => distance === 8);
  expect(eight?.precision).toBeGreaterThan(0.9);
  expect(eight?.recallByChange).toMatchObject({ 'other size': 1, 'other encoding': 1, 'watermark in a corner': 1 });
  expect(eight?.recallByChange['5 % cropped']).toBeGreaterThan(0.8);
});
