import type { ImageFormat } from './image-format.ts';

/** What a picture claims to be, before anything of it is decoded. */
export interface ImageHeader {
  /** As stored, not yet turned. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** What a decoder has to hold at once, beyond a few rows: progressive JPEG, interlaced PNG, WebP, GIF and AVIF come as a whole. */
  readonly heldBytes: number;
}

/** Reads the size from the first bytes of a file. @returns null when it is not there */
export function readHeader(format: ImageFormat, bytes: Uint8Array): ImageHeader | null {
  try {
    return readers[format](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (error) {
    if (error instanceof RangeError) return null; // a read beyond the last byte
    throw error;
  }
}

const readers: Readonly<Record<ImageFormat, (bytes: Buffer) => ImageHeader | null>> = {
  jpeg: readJpeg,
  png(bytes) {
    const [widthPx, heightPx] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    const channels = [1, 1, 3, 1, 2, 1, 4][bytes.readUInt8(25)] ?? 4;
    const isInterlaced = bytes.readUInt8(28) !== 0;
    return { widthPx, heightPx, heldBytes: isInterlaced ? (widthPx * heightPx * channels * Math.max(8, bytes.readUInt8(24))) / 8 : 0 };
  },
  webp: readWebp,
  gif: (bytes) => sized(bytes.readUInt16LE(6), bytes.readUInt16LE(8), 8),
  avif(bytes) {
    const at = bytes.subarray(0, 65_536).indexOf('ispe');
    return at === -1 ? null : sized(bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12), 6);
  },
};

function sized(widthPx: number, heightPx: number, bytesPerPixel: number): ImageHeader {
  return { widthPx, heightPx, heldBytes: widthPx * heightPx * bytesPerPixel };
}

/** A frame's coefficients are held as a whole where it comes in several scans. */
function readJpeg(bytes: Buffer): ImageHeader | null {
  let frame: { widthPx: number; heightPx: number; components: number; samples: number; isProgressive: boolean } | null = null;
  for (let at = 2; bytes.readUInt8(at) === 0xff; ) {
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) {
      if (!frame) return null;
      const { widthPx, heightPx, components, samples, isProgressive } = frame;
      const isInScans = isProgressive || bytes.readUInt8(at + 4) < components;
      return { widthPx, heightPx, heldBytes: isInScans ? widthPx * heightPx * samples * 2 : 0 };
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) frame = readFrame(bytes, at);
    at += marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 2 : 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

function readFrame(bytes: Buffer, at: number): { widthPx: number; heightPx: number; components: number; samples: number; isProgressive: boolean } {
  const components = bytes.readUInt8(at + 9);
  const factors = Array.from({ length: components }, (_, n) => bytes.readUInt8(at + 11 + 3 * n)).map((packed) => ({ across: packed >> 4, down: packed & 15 }));
  const widest = Math.max(1, ...factors.map(({ across }) => across)) * Math.max(1, ...factors.map(({ down }) => down));
  const samples = factors.reduce((sum, { across, down }) => sum + (across * down) / widest, 0);
  return { widthPx: bytes.readUInt16BE(at + 7), heightPx: bytes.readUInt16BE(at + 5), components, samples, isProgressive: (bytes.readUInt8(at + 1) & 3) === 2 };
}

function readWebp(bytes: Buffer): ImageHeader | null {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return sized(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1, 4);
  if (kind === 'VP8 ') return sized(bytes.readUInt16LE(26) & 0x3f_ff, bytes.readUInt16LE(28) & 0x3f_ff, 4);
  if (kind !== 'VP8L') return null;
  const packed = bytes.readUInt32LE(21);
  return sized((packed & 0x3f_ff) + 1, ((packed >>> 14) & 0x3f_ff) + 1, 4);
}
