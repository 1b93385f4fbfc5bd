import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashIndex } from './hash-index.ts';
import { hashDistance } from './perceptual-hash.ts';

/** Hashes near to a few centres, so that many pairs are close. */
const hashes = fc.array(fc.tuple(fc.constantFrom(0n, 0xffff_0000_ffff_0000n, 0x0123_4567_89ab_cdefn, 0xffff_ffff_ffff_ffffn), fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 16 }))
  .map(([centre, flips]) => flips.reduce<bigint>((hash, bit) => hash ^ (1n << BigInt(bit)), centre).toString(16).padStart(16, '0')), { minLength: 1, maxLength: 60 });

test('a search finds what comparing with each finds, in order of distance', () => {
  fc.assert(fc.property(hashes, fc.integer({ min: 0, max: 15 }), (list, distance) => {
    const index = hashIndex({ maxDistance: distance });
    list.forEach((hash, n) => index.add(String(n), hash));
    const [wanted = ''] = list;

    const near = list.map((hash, n) => ({ id: String(n), distance: hashDistance(hash, wanted) })).filter((each) => each.distance <= distance);

    expect(index.search(wanted)).toEqual(near.toSorted((a, b) => a.distance - b.distance || Number(a.id) - Number(b.id)));
  }));
});

test('pairs are those that comparing each with each finds, each once', () => {
  fc.assert(fc.property(hashes, fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 }), (list, largest, asked) => {
    const distance = Math.min(largest, asked);
    const index = hashIndex({ maxDistance: largest });
    list.forEach((hash, n) => index.add(String(n), hash));

    const found = [...index.pairs(distance)].map(({ a, b, distance: bits }) => `${a} ${b} ${bits}`);

    const all = list.flatMap((hash, n) => list.slice(0, n).map((other, m) => ({ n, m, bits: hashDistance(hash, other) })));
    expect(found.toSorted()).toEqual(all.filter(({ bits }) => bits <= distance).map(({ n, m, bits }) => `${n} ${m} ${bits}`).toSorted());
  }));
});

test('many pictures may have one hash, and a distance may be smaller than the largest', () => {
  const index = hashIndex();
  for (let n = 0; n < 1_000; n += 1) index.add(`same-${n}`, '00ff00ff00ff00ff');
  index.add('near', '00ff00ff00ff00fe');

  expect(index.size).toBe(1_001);
  expect(index.search('00ff00ff00ff00ff', 0)).toHaveLength(1_000);
  expect(index.search('00ff00ff00ff00ff').at(-1)).toEqual({ id: 'near', distance: 1 });
});

test('what is no hash, or too far, is refused', () => {
  const index = hashIndex({ maxDistance: 4 });
  const refused = expect.objectContaining({ code: 'ARGUMENT_INVALID' });

  for (const hash of ['', '00ff', 'zzzzzzzzzzzzzzzz', '00FF00FF00FF00FF']) expect(() => index.add('a', hash)).toThrow(refused);
  for (const distance of [5, -1, 1.5]) expect(() => index.search('00ff00ff00ff00ff', distance)).toThrow(refused);
  for (const maxDistance of [16, -1, Number.NaN]) expect(() => hashIndex({ maxDistance })).toThrow(refused);
});
