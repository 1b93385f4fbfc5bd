import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyAlertRequest, type SinkKind } from '@1688/watch';

export interface TakenMessage {
  readonly kind: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  /** What the robot thought of it. */
  readonly valid: boolean;
}

/** A loopback server that plays every robot and checks signatures as their documentation says. `down` makes it refuse as they do. */
export async function sinkServer(secret: string): Promise<AsyncDisposable & { taken: TakenMessage[]; refused: number; down: boolean; url(kind: SinkKind): string; port: number }> {
  const state = { taken: [] as TakenMessage[], refused: 0, down: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const url = new URL(request.url ?? '', 'http://localhost');
      const kind = url.pathname.slice(1);
      const valid = isSigned(kind, url, { headers: request.headers, body }, secret);
      const isTaken = valid && !state.down;
      if (isTaken) state.taken.push({ kind, body, headers: request.headers, valid });
      else state.refused += 1;
      const [status, answer] = answerOf(kind, isTaken);
      response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    port,
    url: (kind: SinkKind) => `http://127.0.0.1:${port}/${kind}?key=token-of-robot`,
    [Symbol.asyncDispose]: async () => { server.closeAllConnections(); await new Promise((resolve) => { server.close(resolve); }); },
  });
}

function answerOf(kind: string, taken: boolean): [number, string] {
  if (kind === 'dingtalk') return [200, taken ? '{"errcode":0,"errmsg":"ok"}' : '{"errcode":310000,"errmsg":"sign not match"}'];
  if (kind === 'wecom') return [200, taken ? '{"errcode":0,"errmsg":"ok"}' : '{"errcode":45009,"errmsg":"api freq out of limit"}'];
  if (kind === 'feishu') return [200, taken ? '{"code":0,"msg":"success","data":{}}' : '{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}'];
  if (kind === 'slack') return taken ? [200, 'ok'] : [403, 'invalid_token'];
  return [taken ? 204 : 500, ''];
}

function isSigned(kind: string, url: URL, { headers, body }: { headers: IncomingHttpHeaders; body: string }, secret: string): boolean {
  if (kind === 'dingtalk') {
    const timestamp = url.searchParams.get('timestamp') ?? '';
    return isNear(Number(timestamp)) && url.searchParams.get('sign') === createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  }
  if (kind === 'feishu') {
    const { timestamp, sign } = JSON.parse(body) as { timestamp: string; sign: string };
    return isNear(Number(timestamp) * 1_000) && sign === createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
  }
  if (kind === 'wecom') return Buffer.byteLength((JSON.parse(body) as { markdown: { content: string } }).markdown.content) <= 4_096;
  if (kind === 'url') return verifyAlertRequest({ headers, body }, secret);
  return true;
}

const isNear = (time: number): boolean => Math.abs(Date.now() - time) < 3_600_000;
