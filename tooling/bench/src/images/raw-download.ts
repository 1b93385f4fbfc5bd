/** A process that downloads addresses and writes the bytes as files, and does nothing else. Argument: `Order`. Output: `{ seconds }`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Agent, request } from 'undici';

interface Order { readonly origin: string; readonly count: number; readonly folder: string; readonly concurrency: number }

const { origin, count, folder, concurrency } = JSON.parse(process.argv[2] ?? '') as Order;
const dispatcher = new Agent({ connections: concurrency });
const started = performance.now();
let next = 0;
await Promise.all(Array.from({ length: concurrency }, async () => {
  while (next < count) {
    const number = next++;
    const { body } = await request(`${origin}/${number}.jpg`, { dispatcher });
    await writeFile(path.join(folder, `${number}.jpg`), Buffer.from(await body.arrayBuffer()));
  }
}));
const seconds = (performance.now() - started) / 1_000;
await dispatcher.close();
process.stdout.write(`${JSON.stringify({ seconds })}\n`);
