import { answer, cutShort, type Behaviour } from './behaviour.ts';

export interface ResumableOptions {
  readonly body: Uint8Array;
  /** Marks of the file: `etag`, `last-modified`, `date`, … */
  readonly headers: Readonly<Record<string, string>>;
  /** The first answer breaks off after so many bytes. */
  readonly cutAt: number;
  /** What the rest is answered with; default: the rest, as `206`. */
  readonly rest?: (from: number) => Behaviour;
}

/** Breaks off once, then answers `Range` with the rest when `If-Range` names the mark; honest but for the first time. */
export function resumable({ body, headers, cutAt, rest }: ResumableOptions): Behaviour {
  const whole = answer(body, { headers });
  const broken = cutShort(body.subarray(0, cutAt), { 'content-length': String(body.length), ...headers });
  const restFrom = rest ?? ((from) => answer(body.subarray(from), { status: '206 Partial Content', headers: { ...headers, 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } }));
  return (socket, request) => {
    const from = /\r\nrange: bytes=(\d+)-\r\n/i.exec(request.head)?.[1];
    const condition = /\r\nif-range: (.*)\r\n/i.exec(request.head)?.[1];
    const isSame = condition === headers['etag'] || condition === headers['last-modified'];
    const behaviour = request.count === 1 ? broken : from === undefined || !isSame ? whole : restFrom(Number(from));
    behaviour(socket, request);
  };
}
