import type { Mirror } from '@1688/mirror';
import { expect, test } from 'vitest';
import { pictureBytes } from './picture-bytes.ts';

const each = 512 * 1024;

/** A store of pictures of one size, each filled with its number, and how often each was read. */
function countedStore() {
  const reads = new Map<string, number>();
  const storage = {
    async get(key: string) {
      reads.set(key, (reads.get(key) ?? 0) + 1);
      return { body: (async function* () { yield Buffer.alloc(each, Number(key)); })() };
    },
  } as unknown as Mirror['storage'];
  return { bytes: pictureBytes({ storage }), reads };
}

test('a picture that was asked for lately is read once, and those of longest ago make room', async () => {
  const { bytes, reads } = countedStore();

  for (let number = 0; number < 64; number += 1) await bytes.of(`${number}`, each);
  await bytes.of('0', each);
  for (let number = 64; number < 70; number += 1) await bytes.of(`${number}`, each);
  const [kept, dropped] = [await bytes.of('0', each), await bytes.of('1', each)];

  expect([kept?.[0], dropped?.[0]]).toEqual([0, 1]);
  expect([reads.get('0'), reads.get('1'), reads.get('69')]).toEqual([1, 2, 1]);
});

test('a large picture is not held at all', async () => {
  const { bytes, reads } = countedStore();

  expect(await bytes.of('0', each + 1)).toBeNull();
  expect(reads.size).toBe(0);
});
