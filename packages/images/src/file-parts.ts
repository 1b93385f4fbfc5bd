import type { ImageFormat } from './image-format.ts';

/** One piece of a picture's file: a JPEG segment or scan, a PNG or WebP chunk, a GIF block, an AVIF box. */
export interface FilePart {
  /** JPEG: the marker as two hexadecimal digits, or `scan`; PNG, WebP and AVIF: four letters; GIF: `header`, `image`, `trailer` or the extension's two hexadecimal digits. */
  readonly type: string;
  readonly start: number;
  /** First byte behind it. */
  readonly end: number;
}

/** `odd` when the structure cannot be followed further. */
type Ending = 'whole' | 'odd';

/**
 * Follows the structure of a file up to its own end mark, without decoding it.
 * @throws RangeError when the file ends before its end mark
 */
export function partsOf(format: ImageFormat, bytes: Uint8Array): Generator<FilePart, Ending> {
  return walks[format](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes);
}

const walks: Readonly<Record<ImageFormat, (view: DataView, bytes: Uint8Array) => Generator<FilePart, Ending>>> = { jpeg: walkJpeg, png: walkPng, webp: walkWebp, gif: walkGif, avif: walkAvif };

function* walkJpeg(view: DataView, bytes: Uint8Array): Generator<FilePart, Ending> {
  yield { type: 'd8', start: 0, end: 2 };
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return 'odd';
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    const standsAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
    const isScan = marker === 0xda;
    const end = standsAlone ? at + 2 : at + 2 + view.getUint16(at + 2);
    const part = { type: isScan ? 'scan' : marker.toString(16), start: at, end: isScan ? endOfScan(bytes, end) : within(view, end) };
    yield part;
    if (marker === 0xd9) return 'whole';
    at = part.end;
  }
}

/** In a scan, 0xFF is data when 0x00 or a restart marker follows. */
function endOfScan(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new RangeError('The scan does not end.');
}

function* walkPng(view: DataView): Generator<FilePart, Ending> {
  yield { type: 'signature', start: 0, end: 8 };
  for (let at = 8; ; ) {
    const part = { type: letters(view, at + 4), start: at, end: within(view, at + 12 + view.getUint32(at)) };
    yield part;
    if (part.type === 'IEND') return 'whole';
    at = part.end;
  }
}

function* walkWebp(view: DataView): Generator<FilePart, Ending> {
  const end = within(view, 8 + view.getUint32(4, true));
  yield { type: 'RIFF', start: 0, end: 12 };
  for (let at = 12; at + 8 <= end; ) {
    const size = view.getUint32(at + 4, true);
    const part = { type: letters(view, at), start: at, end: Math.min(at + 8 + size + (size & 1), end) };
    if (at + 8 + size > end) return 'odd';
    yield part;
    at = part.end;
  }
  return 'whole';
}

function* walkGif(view: DataView): Generator<FilePart, Ending> {
  const header = within(view, 13 + colourTableBytes(view.getUint8(10)));
  yield { type: 'header', start: 0, end: header };
  for (let at = header; ; ) {
    const block = view.getUint8(at);
    if (block === 0x3b) {
      yield { type: 'trailer', start: at, end: at + 1 };
      return 'whole';
    }
    if (block !== 0x21 && block !== 0x2c) return 'odd';
    const isImage = block === 0x2c;
    const end = endOfSubBlocks(view, isImage ? at + 11 + colourTableBytes(view.getUint8(at + 9)) : at + 2);
    yield { type: isImage ? 'image' : view.getUint8(at + 1).toString(16).padStart(2, '0'), start: at, end };
    at = end;
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

function* walkAvif(view: DataView): Generator<FilePart, Ending> {
  for (let at = 0; at < view.byteLength; ) {
    const size = view.getUint32(at);
    const end = size === 0 ? view.byteLength : within(view, at + size); // 0: up to the end, wherever that is
    if (end < at + 8) return 'odd';
    yield { type: letters(view, at + 4), start: at, end };
    at = end;
  }
  return 'whole';
}

function letters(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function within(view: DataView, end: number): number {
  if (end > view.byteLength) throw new RangeError('The file ends before its part.');
  return end;
}
