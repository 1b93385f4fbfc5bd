import { expect, test } from 'vitest';
import { classifyImage, type ImageUse } from './image-class.ts';

const use = (change: Partial<ImageUse> = {}): ImageUse => ({ widthPx: 800, heightPx: 800, format: 'jpeg', roles: ['main'], productCount: 1, supplierCount: 1, suppliersInAll: 100, ...change });

test('the role is the most telling of those a picture has', () => {
  expect(classifyImage(use({ roles: ['description', 'sku', 'gallery'] })).role).toBe('gallery');
  expect(classifyImage(use({ roles: ['description', 'main'] })).role).toBe('main');
  expect(classifyImage(use({ roles: [] })).role).toBeNull();
});

test('the shape follows the sides', () => {
  const shapes = ([[800, 800], [800, 750], [750, 1_000], [1_000, 750], [790, 3_200], [950, 150]] as const).map(([widthPx, heightPx]) => classifyImage(use({ widthPx, heightPx })).shape);

  expect(shapes).toEqual(['square', 'square', 'portrait', 'landscape', 'strip', 'strip']);
});

test('an animation is told from a still picture', () => {
  expect(classifyImage(use({ format: 'gif', frames: 12 })).isAnimated).toBe(true);
  expect(classifyImage(use({ format: 'gif' })).isAnimated).toBe(false);
});

test('what many descriptions of a supplier show is a size chart; what very many suppliers show is a notice', () => {
  expect(classifyImage(use({ roles: ['description'], productCount: 40 })).shared).toBe('chart');
  expect(classifyImage(use({ roles: ['description'], productCount: 2 })).shared).toBeNull();
  expect(classifyImage(use({ roles: ['description', 'main'], productCount: 40 })).shared).toBeNull();
  expect(classifyImage(use({ roles: ['main'], productCount: 40, supplierCount: 25 })).shared).toBe('notice');
  expect(classifyImage(use({ supplierCount: 25, suppliersInAll: 10_000 })).shared).toBeNull();
});

test('the more suppliers show a picture, the less it says about their goods', () => {
  const weights = [1, 2, 3, 6, 12, 19, 20, 500].map((supplierCount) => classifyImage(use({ supplierCount })).weight);

  expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  expect([weights[0], weights[1], weights.at(-2), weights.at(-1)]).toEqual([1, 1, 0, 0]);
  expect(weights[3]).toBeGreaterThan(0.3);
});
