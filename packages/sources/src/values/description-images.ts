import { absoluteImageUrl } from '@1688/core';
import { decodeEntities } from './html-text.ts';

const maxImages = 500;

/** Attributes that hold the real picture, best first: lazy loading puts a placeholder into `src`. */
const urlAttributes = ['data-lazyload-src', 'data-lazy-src', 'data-original', 'data-src', 'src'];

/**
 * Addresses of the pictures in a description, absolute, in order, each once. Left out: spacers (one pixel, `.gif`), data URLs, `undefined`.
 * A scanner and no HTML parser: it reads `<img` tags and `url(…)` of backgrounds, in time linear in the text, whatever is broken around them.
 */
export function descriptionImages(html: string): string[] {
  const found = new Set<string>();
  let at = 0;
  while (found.size < maxImages) {
    const start = nextPlace(html, at);
    if (start < 0) break;
    if (html[start] === '<') {
      const tag = readTag(html, start + 4);
      at = tag.end;
      addImage(found, imageOfTag(tag.attributes));
    } else {
      const end = html.indexOf(')', start);
      if (end < 0) break;
      at = end;
      if (end - start < 4_000) addImage(found, html.slice(start + 4, end).replace(/^["'\s]+|["'\s]+$/g, '').replace(/^&quot;|&quot;$/g, ''));
    }
  }
  return [...found];
}

const places = /<img(?=[\s/>])|url\(/gi;

function nextPlace(html: string, from: number): number {
  places.lastIndex = from;
  return places.exec(html)?.index ?? -1;
}

/** Attributes of a tag by lower-case name. Quotes inside a quoted value (`alt="a "b" c"`) only lose the words between them. */
function readTag(html: string, from: number): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>();
  const part = /\s*(?:([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?|["'/=])/y;
  let end = from;
  for (;;) {
    part.lastIndex = end;
    const match = part.exec(html);
    if (!match) break;
    end = part.lastIndex;
    const name = match[1]?.toLowerCase();
    if (name !== undefined && !attributes.has(name)) attributes.set(name, match[2] ?? match[3] ?? match[4] ?? '');
  }
  return { attributes, end: Math.max(end, from) };
}

function imageOfTag(attributes: ReadonlyMap<string, string>): string {
  if (/^1(?:\.0)?(?:px)?$/.test(attributes.get('width') ?? '') || /^1(?:\.0)?(?:px)?$/.test(attributes.get('height') ?? '')) return '';
  for (const name of urlAttributes) {
    const value = attributes.get(name)?.trim();
    if (value !== undefined && value !== '' && value !== 'undefined' && !value.startsWith('data:')) return value;
  }
  return '';
}

function addImage(found: Set<string>, text: string): void {
  const url = absoluteImageUrl(decodeEntities(text));
  if (url !== null && url.length <= 4_000 && !/\.gif(?:$|[?#_])/i.test(url)) found.add(url);
}
