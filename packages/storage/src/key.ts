import { SyncError } from '@1688/core';

const segment = /^[A-Za-z0-9!_.+=@,()\- ]+$|^[^\u0000-\u001F\u007F\\/:*?"<>|]+$/u;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Refuses keys that some backend could read as something else: absolute, `..`, empty parts, control characters, backslashes,
 * Windows device names, over 255 bytes a part or 1,024 in all, not in Unicode form NFC.
 * @throws STORAGE_KEY
 */
export function checkKey(key: string): void {
  const fault = keyFault(key);
  if (fault) {
    throw new SyncError('STORAGE_KEY', `Expected a storage key such as "sha256/ab/cd/name.jpg", received ${JSON.stringify(key.slice(0, 80))}: ${fault}.`, {
      hint: 'Use parts of ordinary characters joined by single slashes.',
    });
  }
}

function keyFault(key: string): string | null {
  if (key === '') return 'it is empty';
  if (!key.isWellFormed() || key !== key.normalize('NFC')) return 'it is not in Unicode form NFC';
  if (Buffer.byteLength(key) > 1024) return 'it is longer than 1,024 bytes';
  for (const part of key.split('/')) {
    if (part === '') return 'a part is empty';
    if (part === '.' || part === '..') return 'a part is "." or ".."';
    if (Buffer.byteLength(part) > 255) return 'a part is longer than 255 bytes';
    if (!segment.test(part)) return 'a part has a control or special character';
    if (reserved.test(part) || /[. ]$/.test(part)) return 'a part is a name that Windows reserves';
  }
  return null;
}
