import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/**
 * Packs a document as `payloads.body` holds it. What a small document costs is memory that is made ready for a large one: hence the
 * small window and the buffer of the document's own size. The fastest level packs these as tightly as the first.
 */
export function packDocument(bytes: Uint8Array): Buffer {
  const windowLog = Math.min(Math.max(Math.ceil(Math.log2(bytes.length + 1)), 10), 20);
  const params = { [constants.ZSTD_c_windowLog]: windowLog, [constants.ZSTD_c_compressionLevel]: -1 };
  return zstdCompressSync(bytes, { params, chunkSize: bytes.length + 128 });
}

export function unpackDocument(body: Uint8Array): string {
  return zstdDecompressSync(body).toString();
}
