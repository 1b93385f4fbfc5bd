import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };

/** One zstd frame with a checksum. @param base raw bytes that it is made against: it can be read with them alone */
export function toFrame(raw: Uint8Array, base?: Uint8Array): Promise<Buffer> {
  return compress(raw, base ? { params: { ...params, ...reaching(raw.length, base.length) }, dictionary: base, pledgedSrcSize: raw.length } : { params });
}

/** The level's own tables hold about a megabyte: of a longer base they would forget the beginning, and find nothing there. */
function reaching(length: number, base: number): Record<number, number> {
  const bits = (size: number): number => Math.ceil(Math.log2(size));
  const window = { [constants.ZSTD_c_windowLog]: Math.max(bits(length + base), 10) };
  if (base <= 1024 * 1024) return window;
  return { ...window, [constants.ZSTD_c_hashLog]: Math.min(bits(base), 22), [constants.ZSTD_c_chainLog]: Math.min(bits(base), 22) };
}

/** Fails rather than give more than `rawLength` bytes, so a crafted frame cannot fill the memory. */
export function fromFrame(frame: Uint8Array, rawLength: number, base?: Uint8Array): Promise<Buffer> {
  return decompress(frame, { maxOutputLength: Math.max(rawLength, 1), ...(base ? { dictionary: base } : {}) });
}
