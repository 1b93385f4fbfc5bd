import { describe, expect, test } from 'vitest';
import { seal, unseal } from './sealed-json.ts';

describe('sealed JSON', () => {
  test('gives back what was sealed', () => {
    const value = { name: '每晚', list: [1, null, 'a\nb'] };

    expect(unseal('x.json', Buffer.from(seal(value)))).toEqual(value);
  });

  test('every flipped bit and every cut is found', () => {
    const bytes = Buffer.from(seal({ name: '每晚', n: 1 }));

    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;

      expect(() => unseal('x.json', flipped)).toThrow(expect.objectContaining({ code: 'BACKUP_DAMAGED', details: expect.objectContaining({ object: 'x.json' }) }));
      expect(() => unseal('x.json', bytes.subarray(0, at))).toThrow(expect.objectContaining({ code: 'BACKUP_DAMAGED' }));
    }
  });
});
