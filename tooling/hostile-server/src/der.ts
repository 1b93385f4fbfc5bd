/** ASN.1 values in their distinguished encoding, as far as certificates need them. */
function value(tag: number, contents: Uint8Array): Buffer {
  const { length } = contents;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), contents]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return value(0x30, Buffer.concat(parts));
}

export function setOf(...parts: readonly Uint8Array[]): Buffer {
  return value(0x31, Buffer.concat(parts));
}

/** @param number below 2^31 */
export function integer(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number);
  const first = bytes.findIndex((byte, at) => at === 3 || byte !== 0);
  const short = bytes.subarray(first);
  return value(0x02, (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), short]) : short);
}

export function bool(yes: boolean): Buffer {
  return value(0x01, Buffer.from([yes ? 0xff : 0]));
}

/** @param hex the encoded arcs */
export function objectId(hex: string): Buffer {
  return value(0x06, Buffer.from(hex, 'hex'));
}

export function text(string: string): Buffer {
  return value(0x0c, Buffer.from(string));
}

export function octets(bytes: Uint8Array): Buffer {
  return value(0x04, bytes);
}

export function bitString(bytes: Uint8Array): Buffer {
  return value(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

/** A context-specific tag around, or instead of, another one. */
export function explicit(tag: number, contents: Uint8Array): Buffer {
  return value(tag, contents);
}

/** For years before 2050. */
export function utcTime(date: Date): Buffer {
  return value(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}
