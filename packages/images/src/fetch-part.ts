import { headerOf, type Answer } from './answer.ts';

/** A body as far as it arrived, and what its origin told about it. */
export interface Part {
  /** Who sent it, after redirects. */
  readonly url: string;
  readonly chunks: Uint8Array[];
  sizeBytes: number;
  /** Of the whole body; null where the origin does not say. */
  readonly totalBytes: number | null;
  readonly contentType: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Both validators are compared, but only a strong one may be asked with. */
  readonly strong: 'etag' | 'lastModified' | null;
}

export function newPart(answer: Answer, url: URL): Part {
  const length = headerOf(answer, 'content-length');
  const [etag, lastModified] = [headerOf(answer, 'etag') ?? null, headerOf(answer, 'last-modified') ?? null];
  return {
    url: url.href, chunks: [], sizeBytes: 0, totalBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null,
    contentType: headerOf(answer, 'content-type') ?? null, etag, lastModified, strong: strength(answer, etag, lastModified),
  };
}

/** Whether the rest can be asked for such that it surely belongs to these bytes. */
export function isResumable({ sizeBytes, strong }: Part): boolean {
  return sizeBytes > 0 && strong !== null;
}

/** For `If-Range`; only for what is resumable. */
export function validatorOf(part: Part): string {
  return (part.strong === 'etag' ? part.etag : part.lastModified) ?? '';
}

/** True when a `206` carries exactly the bytes that are missing, of the same body. */
export function isRestOf(answer: Answer, { sizeBytes, totalBytes, etag, lastModified, strong }: Part): boolean {
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(headerOf(answer, 'content-range')?.trim() ?? '');
  if (!range) return false;
  const [from, to, total] = [Number(range[1]), Number(range[2]), Number(range[3])];
  const isSame = strong === 'etag' ? headerOf(answer, 'etag') === etag : headerOf(answer, 'last-modified') === lastModified;
  const length = headerOf(answer, 'content-length');
  return isSame && from === sizeBytes && to === total - 1 && (totalBytes === null || total === totalBytes) && Number(length) === total - from;
}

/** A date is strong when the file was at rest for a while before it was sent: two versions within one second share their date. */
const atRestMs = 60_000;

function strength(answer: Answer, etag: string | null, lastModified: string | null): Part['strong'] {
  if (headerOf(answer, 'accept-ranges')?.trim().toLowerCase() === 'none') return null;
  if (etag !== null) return /^"[^"]*"$/.test(etag) ? 'etag' : null;
  const [sentAt, changedAt] = [Date.parse(headerOf(answer, 'date') ?? ''), Date.parse(lastModified ?? '')];
  return sentAt - changedAt >= atRestMs ? 'lastModified' : null;
}
