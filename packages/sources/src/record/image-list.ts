import { absoluteImageUrl, type ImageRole, type ProductImage } from '@1688/core';
import { isObject } from '../json/json-text.ts';

const maxUrlLength = 4_000;

/**
 * Addresses in whatever a source keeps pictures: an address, several in one text, a list of addresses, a list of objects.
 * What is no address is left out.
 */
export function imageUrls(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imageUrls);
  if (isObject(value)) return imageUrls(value['url'] ?? value['imageUrl'] ?? value['src'] ?? value['fullPathImageURI']);
  if (typeof value !== 'string') return [];
  return value
    .split(/[\n;|]+|,(?=\s*(?:https?:)?\/\/)|(?<![^\S\n])[^\S\n]+(?=https?:)/)
    .map(absoluteImageUrl)
    .filter((url): url is string => url !== null && url.length <= maxUrlLength);
}

/** Pictures with their roles, in the order given, each address once a role. */
export function imageList(...groups: readonly (readonly [role: ImageRole, urls: readonly string[]])[]): ProductImage[] {
  const images = groups.flatMap(([role, urls]) => [...new Set(urls)].map((url) => ({ url, role })));
  return images.slice(0, 1_000);
}

/** The first address as the main picture, the others as gallery. */
export function mainAndGallery(urls: readonly string[]): ProductImage[] {
  const [first, ...others] = new Set(urls);
  return first === undefined ? [] : imageList(['main', [first]], ['gallery', others]);
}
