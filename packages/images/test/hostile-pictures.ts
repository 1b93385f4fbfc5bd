import { crc32, createDeflate, deflateSync } from 'node:zlib';
import { collectBytes } from '@1688/storage';
import sharp from 'sharp';

/** A PNG of one bit a pixel, all black: huge, yet a few kilobytes. */
export function blankPng(widthPx: number, heightPx: number): Buffer {
  return png({ widthPx, heightPx, bitDepth: 1, colourType: 0 }, deflateSync(Buffer.alloc((Math.ceil(widthPx / 8) + 1) * heightPx)));
}

/** A black PNG of three bytes a pixel, compressed row by row: its pixels are never in memory at once. */
export async function blankRgbPng(widthPx: number, heightPx: number): Promise<Buffer> {
  const deflate = createDeflate({ level: 9 });
  const packed = collectBytes(deflate);
  const row = Buffer.alloc(1 + widthPx * 3);
  for (let y = 0; y < heightPx; y += 1) if (!deflate.write(row)) await new Promise((resolve) => deflate.once('drain', resolve));
  deflate.end();
  return png({ widthPx, heightPx, bitDepth: 8, colourType: 2 }, await packed);
}

export interface PngHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitDepth: number;
  readonly colourType: number;
}

export function png({ widthPx, heightPx, bitDepth, colourType }: PngHeader, data: Uint8Array, before: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header[8] = bitDepth;
  header[9] = colourType;
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IHDR', header), ...before, pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))]);
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}

/** A JPEG that says it has another size. */
export function resizedJpeg(jpeg: Buffer, widthPx: number, heightPx: number): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = Math.max(copy.indexOf(Buffer.from([0xff, 0xc0])), copy.indexOf(Buffer.from([0xff, 0xc2])));
  copy.writeUInt16BE(heightPx, frame + 5);
  copy.writeUInt16BE(widthPx, frame + 7);
  return copy;
}

/** A JPEG with one more segment directly behind its first mark. */
export function withSegment(jpeg: Buffer, marker: number, data: string | Buffer): Buffer {
  const bytes = Buffer.from(data as string, 'latin1');
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, bytes, jpeg.subarray(2)]);
}

/** An animation of so many frames, each in a grey of its own. */
export function animation(format: 'gif' | 'webp', frames: number, sidePx = 16): Promise<Buffer> {
  const pixels = Buffer.alloc(sidePx * sidePx * frames * 3);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = (Math.floor(at / (sidePx * sidePx * 3)) * 37 + (at % 5)) & 255;
  const strip = sharp(pixels, { raw: { width: sidePx, height: sidePx * frames, channels: 3, pageHeight: sidePx } });
  return format === 'gif' ? strip.gif({ effort: 1 }).toBuffer() : strip.webp({ effort: 0, lossless: true, minSize: false, mixed: false }).toBuffer();
}

/** A smooth progressive JPEG: decoding it takes memory for all its coefficients at once. */
export function progressiveJpeg(widthPx: number, heightPx: number): Promise<Buffer> {
  return sharp({ create: { width: 700, height: 700, channels: 3, background: '#fff', noise: { type: 'gaussian', mean: 128, sigma: 60 } } }).png().toBuffer()
    .then((noise) => sharp(noise, { limitInputPixels: false }).resize(widthPx, heightPx, { fit: 'fill', kernel: 'nearest' }).jpeg({ quality: 40, progressive: true }).toBuffer());
}

/** Brief files of formats that are no pictures here, or not switched on. */
export const foreign: Readonly<Record<string, string | Buffer>> = {
  'an SVG drawing': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  'an SVG drawing that reads a file': '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>',
  'an SVG drawing that laughs a billion times': `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha">${'bcdefghi'.split('').map((name, n) => `<!ENTITY ${name} "${`&${'abcdefgh'[n]};`.repeat(10)}">`).join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&i;</text></svg>`,
  'an SVG drawing that fetches': '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/a.png" width="9" height="9"/></svg>',
  'an SVG drawing of 256 million pixels': '<svg xmlns="http://www.w3.org/2000/svg" width="16000" height="16000"><filter id="f"><feTurbulence numOctaves="99"/></filter><rect width="16000" height="16000" filter="url(#f)"/></svg>',
  'a PDF document': '%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n',
  'a TIFF picture': 'II*\0\x08\0\0\0\0\0',
  'a HEIC picture': '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
  'a JPEG XL picture': Buffer.from('ff0a7f00', 'hex'),
  'a JPEG XL picture in a box': Buffer.from('0000000c4a584c200d0a870a', 'hex'),
  'a BMP picture': `BM${'\0'.repeat(60)}`,
  'an icon': Buffer.from('00000100010010100000', 'hex'),
  'a VIPS picture': Buffer.from('08f2a6b6000000010000000100000001', 'hex'),
  'a MAT file': 'MATLAB 5.0 MAT-file, Platform: GLNXA64',
  'a PPM picture': 'P6 1 1 255\n\x01\x02\x03',
  'a PSD document': '8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\x08\0\x03',
  'an HTML page': '<!DOCTYPE html><html><script>alert(1)</script></html>',
};
