import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Goods } from './goods.ts';
import { drawProduct, drawSizeChart } from './picture.ts';

export interface PictureServer extends AsyncDisposable {
  /** `http://127.0.0.1:40123` */
  readonly origin: string;
  readonly port: number;
}

/** Serves the demo's pictures on loopback, drawn when they are asked for; unknown ones are 404. */
export async function startPictureServer(): Promise<PictureServer> {
  const server = createServer((request, response) => {
    void picture(request.url ?? '').then((bytes) => {
      if (bytes) response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes);
      else response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
    }, () => { response.destroy(); });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`, port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

async function picture(path: string): Promise<Buffer | null> {
  if (path.endsWith('/O1CNsize-chart.jpg')) return drawSizeChart();
  const match = /O1CN\d+-as-(\d+)-(dress|trousers|bag|cup|leash|box)-(\d+)-(\d+)\.jpg$/.exec(path);
  if (!match) return null;
  const [, offerId, shape, colour, view] = match;
  return drawProduct({ shape: shape as Goods['shape'], colour: Number(colour), view: Number(view), seed: (Number(offerId) / 7919) | 0 });
}
