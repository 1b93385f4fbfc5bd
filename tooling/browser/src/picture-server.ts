import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

export interface PictureServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
}

/** Serves a drawn picture for every address, another for each, on loopback. */
export async function pictureServer(): Promise<PictureServer> {
  const server = createServer((request, response) => {
    void draw(request.url ?? '').then((bytes) => response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes), () => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port, origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

async function draw(address: string): Promise<Buffer> {
  const seed = [...address].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 360_007, 7);
  const hue = seed % 360;
  const blobs = Array.from({ length: 4 }, (_, at) => `<circle cx="${60 + ((seed * (at + 3)) % 280)}" cy="${60 + ((seed * (at + 7)) % 280)}" r="${30 + ((seed * (at + 1)) % 60)}" fill="hsl(${(hue + at * 40) % 360} 55% ${35 + at * 10}%)"/>`).join('');
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><rect width="400" height="400" fill="hsl(${hue} 30% 88%)"/>${blobs}</svg>`)).jpeg({ quality: 80 }).toBuffer();
}
