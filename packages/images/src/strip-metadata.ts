import { crc32 } from 'node:zlib';
import { SyncError } from '@1688/core';
import { structureOf } from './completeness.ts';
import { exifOfOrientation } from './exif.ts';
import { partsOf, type FilePart } from './file-parts.ts';
import { sniffFormat, sniffOther, type ImageFormat } from './image-format.ts';

/** Formats whose metadata can be taken out without touching a pixel. */
export const strippableFormats = ['jpeg', 'png', 'webp', 'gif'] as const satisfies readonly ImageFormat[];
type Strippable = (typeof strippableFormats)[number];

/**
 * The same picture without EXIF, GPS, XMP, IPTC, comments, embedded previews and bytes behind its end; no pixel is encoded anew. Colour
 * profiles stay, and so does the orientation, alone in EXIF data of its own, because without it the picture would lie on its side.
 * @returns the same array when there is nothing to take out
 * @throws IMAGE_TYPE, IMAGE_TRUNCATED, IMAGE_CORRUPT
 */
export function stripMetadata(bytes: Uint8Array): Uint8Array {
  const format = sniffFormat(bytes);
  if (!isStrippable(format)) throw new SyncError('IMAGE_TYPE', `Expected a picture of the formats ${strippableFormats.join(', ')} to strip, received ${format ?? sniffOther(bytes)}.`);
  const { completeness, exif, trailingBytes } = structureOf(format, bytes);
  if (completeness === 'cut') throw new SyncError('IMAGE_TRUNCATED', `Expected a whole ${format} picture, received one that ends too early.`, { retryable: true, hint: 'Fetch it again.' });
  if (completeness === 'odd') throw new SyncError('IMAGE_CORRUPT', `Expected a ${format} picture, received one whose parts cannot be told apart.`);
  const parts = [...partsOf(format, bytes)];
  const kept = parts.filter((part) => isKept[format](part, bytes));
  if (kept.length === parts.length && trailingBytes === 0) return bytes;
  const pieces = kept.map(({ start, end }) => bytes.subarray(start, end));
  return assemble[format](pieces, exif.orientation);
}

function isStrippable(format: ImageFormat | null): format is Strippable {
  return strippableFormats.some((each) => each === format);
}

const pngKept = new Set(['tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'mDCV', 'cLLI', 'sBIT', 'bKGD', 'pHYs', 'acTL', 'fcTL', 'fdAT']);
const webpKept = new Set(['RIFF', 'VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

const isKept: Readonly<Record<Strippable, (part: FilePart, bytes: Uint8Array) => boolean>> = {
  // APP0 (JFIF), APP2 where it is a colour profile, APP14 (Adobe: how colours are coded), and all that is not an application's or a comment.
  jpeg: ({ type, start }, bytes) => (type === 'e2' ? textAt(bytes, start + 4, 'ICC_PROFILE\0') : type === 'e0' ? textAt(bytes, start + 4, 'JFIF\0') : type === 'ee' || !/^(e.|fe)$/.test(type)),
  png: ({ type }) => type === 'signature' || /^[A-Z]/.test(type) || pngKept.has(type),
  webp: ({ type }) => webpKept.has(type),
  gif: ({ type, start }, bytes) => (type === 'ff' ? textAt(bytes, start + 3, 'NETSCAPE2.0') || textAt(bytes, start + 3, 'ANIMEXTS1.0') : type !== 'fe' && type !== '01'),
};

function textAt(bytes: Uint8Array, at: number, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', at, at + text.length) === text;
}

const assemble: Readonly<Record<Strippable, (pieces: readonly Uint8Array[], orientation: number) => Buffer>> = {
  jpeg(pieces, orientation) {
    if (orientation === 1) return Buffer.concat(pieces);
    const exif = Buffer.concat([Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1'), exifOfOrientation(orientation)]);
    exif.writeUInt16BE(exif.length - 2, 2);
    const isJfif = pieces[1]?.[1] === 0xe0; // which has to come first
    return Buffer.concat([...pieces.slice(0, isJfif ? 2 : 1), exif, ...pieces.slice(isJfif ? 2 : 1)]);
  },
  png(pieces, orientation) {
    if (orientation === 1) return Buffer.concat(pieces);
    const typed = Buffer.concat([Buffer.from('eXIf'), exifOfOrientation(orientation)]);
    const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(typed.length - 4);
    check.writeUInt32BE(crc32(typed));
    return Buffer.concat([...pieces.slice(0, 2), size, typed, check, ...pieces.slice(2)]);
  },
  webp(pieces, orientation) {
    const exif = exifOfOrientation(orientation);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(exif.length);
    const whole = Buffer.concat([...pieces, ...(orientation === 1 ? [] : [Buffer.from('EXIF'), size, exif])]);
    whole.writeUInt32LE(whole.length - 8, 4);
    const [exifFlag, xmpFlag] = [0x08, 0x04];
    if (textAt(whole, 12, 'VP8X')) whole[20] = ((whole[20] ?? 0) & ~(exifFlag | xmpFlag)) | (orientation === 1 ? 0 : exifFlag);
    return whole;
  },
  gif: (pieces) => Buffer.concat(pieces),
};
