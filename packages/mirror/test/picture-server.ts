import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';

/** A picture server on loopback that counts what it is asked for. */
export interface PictureServer extends AsyncDisposable {
  readonly origin: string;
  /** What `pullImages` must be allowed. */
  readonly allow: readonly [{ readonly cidr: string; readonly port: number }];
  /** Paths in the order in which they were asked for. */
  readonly asked: readonly string[];
}

export type Answer = (path: string, response: ServerResponse) => void | Promise<void>;

export async function pictureServer(answer: Answer, { address = '127.0.0.1' }: { readonly address?: string } = {}): Promise<PictureServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    void answer(request.url ?? '', response);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${address}:${port}`, allow: [{ cidr: `${address}/32`, port }], asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A PNG of 12 × 12 pixels that differs for each number. */
export function pictureOf(number: number): Buffer {
  const side = 12;
  const rows = Buffer.alloc(side * (1 + side * 3));
  let state = number + 1;
  for (let at = 0; at < rows.length; at += 1) {
    state = (Math.imul(state, 48_271) + 11) >>> 0;
    rows[at] = at % (1 + side * 3) === 0 ? 0 : state >>> 16;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** Answers `/<number>…` with the picture of that number. */
export const numbered: Answer = (path, response) => {
  const picture = pictureOf(Number(/\d+/.exec(path)?.[0]));
  response.writeHead(200, { 'content-type': 'image/png', 'content-length': picture.length }).end(picture);
};
