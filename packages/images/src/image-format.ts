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
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^RIFF[^]{4}WEBP/.test(head)) return 'webp';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  return isAvif(head) ? 'avif' : null;
}

/** The first box names one brand, a version, and more brands that the file is compatible with. */
function isAvif(head: string): boolean {
  const brands = /^[^]{4}ftyp/.test(head) ? head.slice(8, Math.max(12, head.charCodeAt(3))) : '';
  return /^(?:[^]{4})*avi[fs]/.test(brands);
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
  if (head.startsWith('8BPS')) return 'a PSD document';
  if (/^(\xff\x0a|[^]{4}JXL )/.test(head)) return 'a JPEG XL picture';
  return head.startsWith('BM') ? 'a BMP picture' : 'bytes of another kind';
}
