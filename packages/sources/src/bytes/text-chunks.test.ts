import { describe, expect, test } from 'vitest';
import { decodeChunks, undecodable } from './text-chunks.ts';
import { detectEncoding } from './text-encoding.ts';

/** 连衣裙 in GB18030, and 𠮷 as four bytes. */
const dress = Buffer.from('c1acd2c2c8b9', 'hex');
const rare = Buffer.from('9534b235', 'hex');
const newline = Buffer.from('\n');

async function decoded(bytes: Buffer, chunkBytes: number, wanted?: string): Promise<{ text: string; label: string }> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const encoding = detectEncoding(bytes, 'file', wanted);
  let text = '';
  for await (const piece of decodeChunks(chunks(), encoding, 'file')) text += piece;
  return { text, label: encoding.label };
}

const text = '商品ID,标题\n1,"连衣裙👗"\n';

describe.each([1, 2, 3, 7, 1_000])('in chunks of %i bytes', (chunkBytes) => {
  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\uFEFF${text}`)],
    ['utf-16le', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])('%s is read', async (label, bytes) => {
    expect(await decoded(bytes, chunkBytes)).toEqual({ text, label });
  });

  test('GB18030 is read, its four-byte characters too', async () => {
    expect(await decoded(Buffer.concat([dress, newline, rare, newline]), chunkBytes)).toEqual({ text: '连衣裙\n𠮷\n', label: 'gb18030' });
  });
});

test('a byte order mark may arrive in a chunk of its own', async () => {
  expect((await decoded(Buffer.from('\uFEFF1\n'), 1)).text).toBe('1\n');
});

test('what is first seen as ASCII is settled by the first other bytes', async () => {
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from('id,title\n');
    yield Buffer.concat([Buffer.from('1,'), dress, newline]);
  }
  const pieces: string[] = [];

  for await (const piece of decodeChunks(chunks(), detectEncoding(Buffer.from('id,title\n'), 'file'), 'file')) pieces.push(piece);

  expect(pieces.join('')).toBe('id,title\n1,连衣裙\n');
});

test('a broken line is marked, its neighbours are whole', async () => {
  const bytes = Buffer.concat([Buffer.from('连衣裙\n'), dress, newline, Buffer.from('半身裙\n')]);

  const [first, second, third] = (await decoded(bytes, 1_000)).text.split('\n');

  expect([first, third]).toEqual(['连衣裙', '半身裙']);
  expect(second).toContain(undecodable);
});

test('an encoding that is asked for is taken, one that cannot be is refused', async () => {
  expect((await decoded(dress, 10, 'GBK')).text).toBe('连衣裙');
  expect((await decoded(Buffer.from('b3d1', 'hex'), 10, 'big5')).label).toBe('big5');
  await expect(decoded(dress, 10, 'utf-8')).rejects.toMatchObject({ code: 'SOURCE_ENCODING' });
  await expect(decoded(dress, 10, 'klingon')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('text of another encoding is refused with what was tried and what to do', async () => {
  await expect(decoded(Buffer.from('caf\xe9, na\xefve\n', 'latin1'), 10)).rejects.toMatchObject({ code: 'SOURCE_ENCODING', message: expect.stringContaining('GB18030') as string, hint: expect.stringContaining('--encoding') as string });
});
