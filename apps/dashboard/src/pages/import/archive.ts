/** A file that lies in a ZIP archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly open: () => Promise<File>;
}

const readable = /\.(?:xlsx|csv|tsv|txt|json|jsonl|ndjson)$/i;
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const longestEnd = 65_557;
/** What the server takes at most; a small archive may claim to hold far more. */
const mostBytes = 1_073_741_824;
const deflated = 8;
const utf8Flag = 0x800;

/** The tables and JSON files of a ZIP archive; null for any other file, also for an XLSX, which is one inside. */
export async function openArchive(file: File): Promise<readonly ArchivedFile[] | null> {
  if (!/\.zip$/i.test(file.name)) return null;
  const tail = await viewOf(file.slice(Math.max(0, file.size - longestEnd)));
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== endSignature) end -= 1;
  if (end < 0) return null;
  const directory = await viewOf(file.slice(tail.getUint32(end + 16, true), tail.getUint32(end + 16, true) + tail.getUint32(end + 12, true)));
  const found: ArchivedFile[] = [];
  for (let at = 0; at + 46 <= directory.byteLength && directory.getUint32(at, true) === entrySignature;) {
    const length = directory.getUint16(at + 28, true);
    const bytes = new Uint8Array(directory.buffer, directory.byteOffset + at + 46, length);
    const name = nameOf(bytes, (directory.getUint16(at + 8, true) & utf8Flag) !== 0);
    const entry = { method: directory.getUint16(at + 10, true), packedBytes: directory.getUint32(at + 20, true), sizeBytes: directory.getUint32(at + 24, true), offset: directory.getUint32(at + 42, true) };
    if (readable.test(name) && !name.startsWith('__MACOSX/') && entry.sizeBytes <= mostBytes) found.push({ name, open: () => unpacked(file, name, entry) });
    at += 46 + length + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return found;
}

interface Entry {
  readonly method: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

async function unpacked(archive: File, name: string, { method, packedBytes, sizeBytes, offset }: Entry): Promise<File> {
  const head = await viewOf(archive.slice(offset, offset + 30));
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = archive.slice(start, start + packedBytes);
  const plain = name.split('/').at(-1) ?? name;
  if (method !== deflated) return new File([packed], plain);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let left = sizeBytes;
  const reader = packed.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    left -= piece.value.length;
    if (left < 0) throw new RangeError(`${name}: more than the ${sizeBytes} bytes that the archive tells`);
    parts.push(piece.value as Uint8Array<ArrayBuffer>);
  }
  return new File(parts, plain);
}

async function viewOf(part: Blob): Promise<DataView<ArrayBuffer>> {
  return new DataView(await part.arrayBuffer());
}

/** Archives made on a Chinese Windows hold names in GBK, without the flag that says UTF-8. */
function nameOf(bytes: Uint8Array, isUtf8: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(isUtf8 ? 'utf-8' : 'gb18030').decode(bytes); // not UTF-8: as the machine wrote it
  }
}
