import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };

/** One zstd frame with a checksum. */
export function toFrame(raw: Uint8Array): Promise<Buffer> {
  return compress(raw, { params });
}

/** Fails rather than give more than `rawLength` bytes, so a crafted frame cannot fill the memory. */
export function fromFrame(frame: Uint8Array, rawLength: number): Promise<Buffer> {
  return decompress(frame, { maxOutputLength: Math.max(rawLength, 1) });
}
