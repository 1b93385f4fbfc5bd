import { createServer } from 'node:http';
import { crc32, deflateSync } from 'node:zlib';

/** What stands for a picture host somewhere in the world; `far-side.mjs` leads its address here. */
export interface PictureHost extends AsyncDisposable {
  /** `http://…/1.png`, `http://…/2.png`, each another picture. */
  url(number: number): string;
  /** For the process that shall reach it. */
  readonly env: Readonly<Record<string, string>>;
}

/** An address of the public internet, as far as any check can tell. */
const address = '52.52.52.52';

export async function openPictureHost(): Promise<PictureHost> {
  const server = createServer((request, response) => {
    const number = Number(/(\d+)\.png$/.exec(request.url ?? '')?.[1] ?? 0);
    const body = picture(number);
    response.writeHead(number > 0 ? 200 : 404, { 'content-type': 'image/png', 'content-length': number > 0 ? body.length : 0 });
    response.end(number > 0 ? body : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return {
    url: (number) => `http://${address}/${number}.png`,
    env: { FAR_SIDE_ADDRESS: address, FAR_SIDE_PORT: String(port) },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A PNG of 240 × 240 pixels in one colour gradient that depends on `number`. */
function picture(number: number): Buffer {
  const size = 240;
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) rows.set([x, (y * number) % 256, (number * 40) % 256], y * (1 + size * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
