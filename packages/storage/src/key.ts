import { SyncError } from '@1688/core';

/** What no part may hold: control characters, and what Windows and URLs read as something else. */
const specialCharacter = /[\p{Cc}\\:*?"<>|]/u;
/** Names of devices on Windows, with any extension: opening `con.txt` opens the console. */
const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;

const maxKeyBytes = 1024;
const maxPartBytes = 255;
/** First part that is kept for what backends write while a put is under way. */
export const temporaryPart = '.tmp';

/**
 * Refuses keys that some backend could read as something else: absolute, `..`, empty parts, control characters, backslashes,
 * Windows device names, a blank or dot at the end of a part, over 255 bytes a part or 1,024 in all, not in Unicode form NFC,
 * and everything below `.tmp/`.
 * @throws STORAGE_KEY
 */
export function checkKey(key: string): void {
  const fault = keyFault(key);
  if (fault) throw refused('a storage key such as "sha256/ab/cd/name.jpg"', key, fault);
}

/**
 * Refuses what cannot begin a key; the last part may be cut anywhere, and the empty prefix begins every key.
 * @throws STORAGE_KEY
 */
export function checkPrefix(prefix: string): void {
  const whole = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const fault = textFault(prefix) ?? (whole === '' ? null : keyFault(whole.slice(0, -1)));
  if (fault) throw refused('the beginning of storage keys, such as "sha256/ab"', prefix, fault);
}

/** Orders keys by their UTF-8 bytes. JavaScript's own order differs beyond U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = byteRank(a.charCodeAt(at)) - byteRank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for characters above all others, yet have smaller numbers than U+E000 to U+FFFF. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function keyFault(key: string): string | null {
  if (key === '') return 'it is empty';
  const fault = textFault(key);
  if (fault) return fault;
  const parts = key.split('/');
  if (parts[0]?.toLowerCase() === temporaryPart) return `${temporaryPart}/ is kept for unfinished writes`;
  return parts.map(partFault).find((found) => found !== null) ?? null;
}

function textFault(text: string): string | null {
  if (typeof text !== 'string') return 'it is not text';
  if (!text.isWellFormed() || text !== text.normalize('NFC')) return 'it is not in Unicode form NFC';
  return Buffer.byteLength(text) > maxKeyBytes ? 'it is longer than 1,024 bytes' : null;
}

function partFault(part: string): string | null {
  if (part === '') return 'a part is empty';
  if (part === '.' || part === '..') return 'a part is "." or ".."';
  if (Buffer.byteLength(part) > maxPartBytes) return 'a part is longer than 255 bytes';
  if (specialCharacter.test(part)) return 'a part has a control or special character';
  if (/[. ]$/.test(part)) return 'a part ends with a dot or a blank';
  return deviceName.test(part) ? 'a part is a name that Windows reserves' : null;
}

function refused(expected: string, received: string, fault: string): SyncError {
  return new SyncError('STORAGE_KEY', `Expected ${expected}, received ${JSON.stringify(String(received).slice(0, 80))}: ${fault}.`, {
    hint: 'Use parts of ordinary characters joined by single slashes.',
  });
}
