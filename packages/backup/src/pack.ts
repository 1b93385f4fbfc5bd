import { damaged } from './damage.ts';

/** Where an object lies in its pack. */
export interface PackObject {
  /** SHA-256 of the raw bytes. */
  readonly id: string;
  readonly offset: number;
  readonly length: number;
  readonly rawLength: number;
  /** `delta`: a frame made against the raw bytes of `base`, which is always a full one. */
  readonly kind: 'full' | 'delta';
  readonly base?: string;
}

/** A skippable frame of zstd: `zstd -dc` of a whole pack gives the objects and steps over the footer. */
const skippableMagic = 0x184d2a50;

/** Frames one after the other, then a footer that says where each begins, then the footer's length in four bytes. */
export function encodePack(frames: readonly Buffer[], objects: readonly PackObject[]): Buffer {
  const footer = Buffer.from(JSON.stringify({ format: 1, objects }));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(skippableMagic, 0);
  head.writeUInt32LE(footer.length + 4, 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(footer.length, 0);
  return Buffer.concat([...frames, head, footer, tail]);
}

/**
 * What a pack holds, from its own bytes.
 * @throws BACKUP_DAMAGED naming `key`
 */
export function decodeFooter(key: string, pack: Buffer): readonly PackObject[] {
  const length = pack.length >= 12 ? pack.readUInt32LE(pack.length - 4) : -1;
  const start = pack.length - 4 - length;
  if (length < 0 || start < 8 || pack.readUInt32LE(start - 8) !== skippableMagic) throw damaged(key, 'it does not end with a footer');
  const footer = JSON.parse(pack.toString('utf8', start, start + length)) as { objects: PackObject[] };
  return footer.objects;
}
