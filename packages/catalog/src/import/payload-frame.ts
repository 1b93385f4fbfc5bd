import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Packs a document as `payloads.body` holds it. The small window spares zstd the memory of a large one for each document. */
export function packDocument(bytes: Uint8Array): Buffer {
  const windowLog = Math.min(Math.max(Math.ceil(Math.log2(bytes.length + 1)), 10), 20);
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_windowLog]: windowLog, [constants.ZSTD_c_compressionLevel]: 1 }, pledgedSrcSize: bytes.length });
}

export function unpackDocument(body: Uint8Array): string {
  return zstdDecompressSync(body).toString();
}
