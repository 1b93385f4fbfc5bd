import { fileBackend } from '../src/index.ts';

// Puts objects for ever, each filled with its own number, and prints a number once its put has returned. Run by killed-writer.test.ts.
const backend = fileBackend(process.argv[2] ?? '');
for (let n = 0; ; n += 1) {
  await Promise.all([
    backend.put(`new/${n}`, Buffer.alloc(200_000, String(n % 10))),
    backend.put('same', Buffer.alloc(100_000 + n, String(n % 10))),
  ]);
  process.stdout.write(`${n}\n`);
}
