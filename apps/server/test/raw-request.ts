import { connect, type Socket } from 'node:net';

/** A connection on which anything may be said. */
export function openRaw(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => { resolve(socket); });
    socket.once('error', reject);
  });
}

/** Sends text as it is and reads until the server closes or has told a whole answer. @returns status and everything that came; status 0: closed without a word */
export async function sendRaw(url: string, text: string | Uint8Array, { timeoutMs = 10_000 } = {}): Promise<{ status: number; text: string }> {
  const socket = await openRaw(url);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  let answer = '';
  socket.on('error', () => {});
  socket.write(text);
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      answer += chunk.toString();
      const [head = '', body] = answer.split('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      if (body !== undefined && length !== undefined && Buffer.byteLength(body) >= Number(length)) break;
    }
  } catch {
    // A reset is an answer too: what came before it counts.
  }
  clearTimeout(timer);
  socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), text: answer };
}
