import { readExif, type ExifFacts } from './exif.ts';
import { partsOf, type FilePart } from './file-parts.ts';
import type { ImageFormat } from './image-format.ts';

/** What a file tells without being decoded. */
export interface FileStructure {
  /** Whether it reaches its own end mark: `odd` when its structure cannot be followed, which the decoder then judges. */
  readonly completeness: 'whole' | 'cut' | 'odd';
  /** Bytes behind the end mark: nothing that a viewer shows, yet another program may find a second file there. */
  readonly trailingBytes: number;
  /** Pictures of an animation; 1 where nothing moves. */
  readonly frames: number;
  readonly exif: ExifFacts;
}

/**
 * Follows the structure of a file without decoding it. Decoders forgive a missing end (PNG without IEND, GIF without trailer),
 * but a download that was cut there is to be fetched again.
 */
export function structureOf(format: ImageFormat, bytes: Uint8Array): FileStructure {
  const facts = { frames: 0, exif: { orientation: 1, hasGps: false } };
  let endByte = 0;
  const parts = partsOf(format, bytes);
  const ending = (completeness: FileStructure['completeness']): FileStructure => ({
    completeness, trailingBytes: completeness === 'whole' ? bytes.length - endByte : 0, frames: Math.max(1, facts.frames), exif: facts.exif,
  });
  try {
    for (;;) {
      const next = parts.next();
      if (next.done) return ending(next.value);
      endByte = next.value.end;
      facts.frames += framesOf(format, next.value, bytes);
      facts.exif = merge(facts.exif, exifOf(format, next.value, bytes));
    }
  } catch (error) {
    if (error instanceof RangeError) return ending('cut'); // a read beyond the last byte
    throw error;
  }
}

function framesOf(format: ImageFormat, { type, start }: FilePart, bytes: Uint8Array): number {
  if (format === 'png' && type === 'acTL') return Buffer.from(bytes.subarray(start + 8, start + 12)).readUInt32BE();
  return (format === 'gif' && type === 'image') || (format === 'webp' && type === 'ANMF') ? 1 : 0;
}

const xmpMark = 'http://ns.adobe.com/xap/1.0/\0';

function exifOf(format: ImageFormat, { type, start, end }: FilePart, bytes: Uint8Array): ExifFacts | null {
  if (format === 'jpeg' && type === 'e1') {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset + start + 4, end - start - 4);
    return data.toString('latin1', 0, 6) === 'Exif\0\0' ? readExif(data) : data.toString('latin1', 0, xmpMark.length) === xmpMark ? fromXmp(data) : null;
  }
  const data = bytes.subarray(start + 8, format === 'png' ? end - 4 : end);
  if ((format === 'png' && type === 'eXIf') || (format === 'webp' && type === 'EXIF')) return readExif(data);
  return (format === 'png' && type === 'iTXt') || (format === 'webp' && type === 'XMP ') ? fromXmp(data) : null;
}

function fromXmp(data: Uint8Array): ExifFacts {
  return { orientation: 1, hasGps: Buffer.from(data.buffer, data.byteOffset, data.length).includes('exif:GPSL') };
}

function merge(known: ExifFacts, found: ExifFacts | null): ExifFacts {
  return found ? { orientation: known.orientation === 1 ? found.orientation : known.orientation, hasGps: known.hasGps || found.hasGps } : known;
}
