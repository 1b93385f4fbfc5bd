/**
 * A process in which one peer writes a file of ready offers. Argument: `Order` as JSON. Output: `{ seconds }`, the time inside the
 * peer's calls alone: making the objects is not in it.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { offersAtOnce, type Peer, type ReadyOffer } from './peer.ts';

export interface Order {
  /** File name of the peer's module. */
  readonly peer: string;
  readonly address: string;
  readonly schema: string;
  readonly file: string;
}

const { peer, address, schema, file } = JSON.parse(process.argv[2] ?? '') as Order;
const { open } = (await import(new URL(peer, import.meta.url).href)) as { open: (address: string, schema: string) => Peer };
const { write, close } = open(address, schema);
let ready: ReadyOffer[] = [];
let elapsedMs = 0;

for await (const line of createInterface({ input: createReadStream(file) })) {
  ready.push(JSON.parse(line) as ReadyOffer);
  if (ready.length === offersAtOnce) await flush();
}
if (ready.length > 0) await flush();
await close();
process.stdout.write(`${JSON.stringify({ seconds: elapsedMs / 1000 })}\n`);

async function flush(): Promise<void> {
  const started = performance.now();
  await write(ready);
  elapsedMs += performance.now() - started;
  ready = [];
}
