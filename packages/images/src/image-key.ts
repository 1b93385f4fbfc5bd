import { SyncError } from '@1688/core';
import { extensionOf, formatOfExtension, type ImageFormat } from './image-format.ts';

const originalKey = /^sha256\/([0-9a-f]{2})\/([0-9a-f]{2})\/(\1\2[0-9a-f]{60})\.([a-z0-9]+)$/;

/** Where an original lies: named after its bytes, so the same bytes are stored once. */
export function keyOfOriginal(sha256: string, format: ImageFormat): string {
  return `sha256/${fanOut(sha256)}.${extensionOf(format)}`;
}

/** Where a variant lies: named after its original, so that a changed recipe replaces it. */
export function keyOfVariant(recipe: string, sha256: string, format: ImageFormat): string {
  return `variants/${recipe}/${fanOut(sha256)}.${extensionOf(format)}`;
}

/** @throws ARGUMENT_INVALID when the key is not that of an original */
export function parseOriginalKey(key: string): { readonly sha256: string; readonly format: ImageFormat } {
  const [, , , sha256, extension = ''] = originalKey.exec(key) ?? [];
  const format = formatOfExtension(extension);
  if (sha256 !== undefined && format !== null) return { sha256, format };
  throw new SyncError('ARGUMENT_INVALID', `Expected the key of an original such as sha256/ab/cd/abcd….jpg, received ${JSON.stringify(key.slice(0, 120))}.`);
}

function fanOut(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}
