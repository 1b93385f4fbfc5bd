import { createHash } from 'node:crypto';
import { damaged } from './damage.ts';

/** Lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** JSON for people, followed by one more line that holds the SHA-256 of all bytes before it. */
export function seal(value: unknown): string {
  const text = `${JSON.stringify(value, null, 1)}\n`;
  return `${text}{"sha256":"${sha256(text)}"}\n`;
}

/**
 * What was sealed.
 * @throws BACKUP_DAMAGED naming `object`
 */
export function unseal(object: string, bytes: Uint8Array): unknown {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = whole.lastIndexOf('\n', whole.length - 2) + 1;
  const stated = /^\{"sha256":"([0-9a-f]{64})"\}\n$/.exec(whole.toString('utf8', cut))?.[1];
  if (stated === undefined) throw damaged(object, 'its last line is not its SHA-256, so it was cut');
  if (sha256(whole.subarray(0, cut)) !== stated) throw damaged(object, 'its bytes do not have the SHA-256 in its last line');
  return JSON.parse(whole.toString('utf8', 0, cut));
}
