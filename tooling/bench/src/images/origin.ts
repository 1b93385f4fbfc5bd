/**
 * A process that serves pictures on loopback: `/<number>.jpg` from memory, and `/bad/<number>` as hostile origins answer. Argument:
 * `{ folder }` as JSON. Prints its port, and ends with its standard input.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const { folder } = JSON.parse(process.argv[2] ?? '') as { folder: string };
const pictures = new Map(readdirSync(folder).map((name) => [`/${name}`, readFileSync(path.join(folder, name))]));

/** What goes wrong with hostile origins, by the number of the picture. */
const faults: readonly ((response: ServerResponse) => void)[] = [
  () => {}, // never answers
  (response) => { response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 1_000_000 }); drip(response); },
  (response) => response.socket?.resetAndDestroy(),
  (response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end('<html>验证码</html>'),
  (response) => response.writeHead(200, { 'content-length': 10 ** 9 }).write(Buffer.alloc(64 * 1_024)),
  (response) => response.writeHead(503).end(),
];

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('.'), 300);
  response.on('close', () => clearInterval(timer));
}

const server = createServer((request, response) => {
  const bad = /^\/bad\/(\d+)/.exec(request.url ?? '');
  const picture = pictures.get(request.url ?? '');
  if (bad) faults[Number(bad[1]) % faults.length]?.(response);
  else if (picture) response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': picture.length }).end(picture);
  else response.writeHead(404).end();
});
server.listen(0, '0.0.0.0', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.on('end', () => process.exit()).resume();
