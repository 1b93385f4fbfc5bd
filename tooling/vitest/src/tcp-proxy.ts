import { createServer, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Direction = 'to server' | 'to client';
export type Verdict = 'pass' | 'cut' | 'hold';

/** What happens to what passes; every field may be changed while connections are open. */
export interface ProxyFaults {
  /** Milliseconds that each piece waits, in both directions. Default 0. */
  delayMs: number;
  /** Largest piece that is handed on at once. Default Infinity. */
  sliceBytes: number;
  /** Nothing is handed on and no connection is closed, as when a cable is pulled. Default false. */
  silent: boolean;
  /**
   * Asked before each piece: `cut` resets the connection instead of handing it on, `hold` makes its direction silent from here on.
   * `passed` is how many bytes went the same way on this connection before.
   */
  decide: (piece: Buffer, direction: Direction, passed: number) => Verdict;
}

export interface TcpProxy extends AsyncDisposable {
  /** The address of the server as given, but through the proxy. */
  readonly url: string;
  readonly faults: ProxyFaults;
  /** How many connections were taken. */
  readonly taken: () => number;
  /** Resets every open connection. */
  cutAll(): void;
}

/** A network between a client and a PostgreSQL that breaks as told. */
export async function tcpProxy(serverUrl: string, given: Partial<ProxyFaults> = {}): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const faults: ProxyFaults = { delayMs: 0, sliceBytes: Infinity, silent: false, decide: () => 'pass', ...given };
  const open = new Set<Socket>();
  let taken = 0;
  const server = createServer({ noDelay: true }, (client) => {
    taken += 1;
    const upstream = connect({ host: target.hostname, port: Number(target.port || 5432), noDelay: true });
    const cut = (): void => void [client, upstream].map((each) => each.resetAndDestroy());
    for (const each of [client, upstream]) {
      open.add(each);
      each.on('error', () => {}); // the other side is cut on close
      each.on('close', () => void open.delete(each));
    }
    void pass({ from: client, to: upstream, direction: 'to server', faults, cut });
    void pass({ from: upstream, to: client, direction: 'to client', faults, cut });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' && address ? address.port : 0);
  const cutAll = (): void => open.forEach((each) => void each.resetAndDestroy());
  const dispose = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    cutAll();
    await closed;
  };
  return { url: url.href, faults, taken: () => taken, cutAll, [Symbol.asyncDispose]: dispose };
}

interface Way {
  readonly from: Socket;
  readonly to: Socket;
  readonly direction: Direction;
  readonly faults: ProxyFaults;
  readonly cut: () => void;
}

async function pass({ from, to, direction, faults, cut }: Way): Promise<void> {
  let passed = 0;
  let held = false;
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let start = 0; start < chunk.length; start += faults.sliceBytes) {
        const piece = chunk.subarray(start, Math.min(start + faults.sliceBytes, chunk.length));
        const verdict: Verdict = held ? 'hold' : faults.decide(piece, direction, passed);
        if (verdict === 'cut') return cut();
        held ||= verdict === 'hold';
        if (held || faults.silent) continue;
        if (faults.delayMs > 0) await sleep(faults.delayMs);
        passed += piece.length;
        to.write(piece);
      }
    }
    if (!held && !faults.silent) to.end();
  } catch {
    if (!held && !faults.silent) cut(); // one side broke: so does the other
  }
}
