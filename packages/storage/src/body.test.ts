import { expect, test } from 'vitest';
import { checkedBody, collectBytes, text } from './body.ts';

async function* chunks(...parts: readonly unknown[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part as Uint8Array;
}

test('collectBytes joins chunks', async () => {
  expect(Buffer.from(await collectBytes(chunks(Buffer.from('a'), Buffer.from('bc')))).toString()).toBe('abc');
});

test('collectBytes refuses chunks that are no bytes', async () => {
  await expect(collectBytes(chunks('text'))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('text reads a character that is cut between two chunks', async () => {
  const bytes = Buffer.from('你好');

  expect(await text(chunks(bytes.subarray(0, 2), bytes.subarray(2)))).toBe('你好');
});

test('text refuses bytes that are not UTF-8', async () => {
  await expect(text(Buffer.from([0xc4, 0xe3]))).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
});

test('checkedBody stops at the first byte too many and tells the source', async () => {
  let told = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(10);
    } finally {
      told = true;
    }
  }

  await expect(collectBytes(checkedBody(endless(), { sizeBytes: 25 }))).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  expect(told).toBe(true);
});
