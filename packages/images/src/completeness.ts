import type { ImageFormat } from './image-format.ts';

/** Whether a file reaches its own end mark: `odd` when its structure cannot be followed, which the decoder then judges. */
export type Completeness = 'whole' | 'cut' | 'odd';

/**
 * Follows the structure of a file without decoding it. Decoders forgive a missing end (PNG without IEND, GIF without trailer),
 * but a download that was cut there is to be fetched again.
 */
export function completenessOf(format: ImageFormat, bytes: Uint8Array): Completeness {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return walks[format](view);
  } catch (error) {
    if (error instanceof RangeError) return 'cut'; // a read beyond the last byte
    throw error;
  }
}

const walks: Readonly<Record<ImageFormat, (view: DataView) => Completeness>> = { jpeg: walkJpeg, png: walkPng, webp: walkWebp, gif: walkGif, avif: walkAvif };

function walkJpeg(view: DataView): Completeness {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return 'odd';
    const marker = view.getUint8(at + 1);
    if (marker === 0xd9) return 'whole';
    if (marker === 0xff) at += 1; // fill byte
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else at = marker === 0xda ? endOfScan(view, at + 2 + view.getUint16(at + 2)) : at + 2 + view.getUint16(at + 2);
  }
}

/** In a scan, 0xFF is data when 0x00 or a restart marker follows. */
function endOfScan(view: DataView, start: number): number {
  for (let at = start; ; at += 1) {
    if (view.getUint8(at) !== 0xff) continue;
    const next = view.getUint8(at + 1);
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
}

function walkPng(view: DataView): Completeness {
  for (let at = 8; ; ) {
    const size = view.getUint32(at);
    const type = view.getUint32(at + 4);
    at += 12 + size;
    if (at > view.byteLength) return 'cut';
    if (type === 0x49454e44) return 'whole'; // IEND
  }
}

function walkWebp(view: DataView): Completeness {
  return 8 + view.getUint32(4, true) > view.byteLength ? 'cut' : 'whole';
}

function walkGif(view: DataView): Completeness {
  for (let at = 13 + colourTableBytes(view.getUint8(10)); ; ) {
    const block = view.getUint8(at);
    if (block === 0x3b) return 'whole';
    if (block === 0x21) at = endOfSubBlocks(view, at + 2);
    else if (block === 0x2c) at = endOfSubBlocks(view, at + 11 + colourTableBytes(view.getUint8(at + 9)));
    else return 'odd';
  }
}

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function endOfSubBlocks(view: DataView, start: number): number {
  let at = start;
  while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
  return at + 1;
}

function walkAvif(view: DataView): Completeness {
  for (let at = 0; at < view.byteLength; ) {
    const size = view.getUint32(at);
    if (size === 0) return 'whole'; // reaches to the end, wherever that is
    if (size < 8) return 'odd';
    at += size;
    if (at > view.byteLength) return 'cut';
  }
  return 'whole';
}
