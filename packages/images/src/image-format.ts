/** Formats that may be stored. AVIF only where it is switched on. */
export const imageFormats = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const;
export type ImageFormat = (typeof imageFormats)[number];

export const usualFormats: readonly ImageFormat[] = ['jpeg', 'png', 'webp', 'gif'];

export function extensionOf(format: ImageFormat): string {
  return format === 'jpeg' ? 'jpg' : format;
}

export function formatOfExtension(extension: string): ImageFormat | null {
  return extension === 'jpg' ? 'jpeg' : (imageFormats.find((format) => format !== 'jpeg' && format === extension) ?? null);
}

export function contentTypeOf(format: ImageFormat): string {
  return `image/${format}`;
}

/** The format that the first bytes show, or null. Names and content types of origins are not believed. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | null {
  const head = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^RIFF[^]{4}WEBP/.test(head)) return 'webp';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  return /^[^]{4}ftypavi[fs]/.test(head) ? 'avif' : null;
}

/** What bytes of no picture seem to be, for messages. */
export function sniffOther(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1').replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^(<!doctype html|<html|<head|<body|<script|<!--)/i.test(head)) return 'an HTML page';
  if (/^<svg|^<\?xml[^]*<svg/i.test(head)) return 'an SVG drawing';
  if (head.startsWith('<')) return 'an XML document';
  if (/^[{[]/.test(head)) return 'JSON';
  if (head.startsWith('%PDF')) return 'a PDF document';
  if (/^(II\*\0|MM\0\*)/.test(head)) return 'a TIFF picture';
  if (/^[^]{4}ftyp/.test(head)) return 'a HEIF picture or a film';
  return head.startsWith('BM') ? 'a BMP picture' : 'bytes of another kind';
}
