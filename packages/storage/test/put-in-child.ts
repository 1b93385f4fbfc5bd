import { readdir } from 'node:fs/promises';
import { isSyncError } from '@1688/core';
import { fileBackend, text } from '../src/index.ts';

// Puts a small and a large object and prints how the large one failed, and what is left. Run by file-backend.test.ts.
const root = process.argv[2] ?? '';
const backend = fileBackend(root);
try {
  await backend.put('object', 'old');
  await backend.put('object', Buffer.alloc(1_000_000));
  process.stdout.write('no failure');
} catch (error) {
  const left = await backend.get('object').then(({ body }) => text(body), () => 'nothing');
  const temporary = await readdir(`${root}/.tmp`).then((names) => names.length, () => 0);
  process.stdout.write(isSyncError(error) ? `${error.code} ${error.retryable} ${left} .tmp:${temporary}` : String(error));
}
