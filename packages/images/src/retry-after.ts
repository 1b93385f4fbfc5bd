const mostMs = 5 * 60_000;

/** Milliseconds that a `Retry-After` header (seconds, or a date) asks to wait, at most five minutes; null for none or nonsense. */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text) * 1000, mostMs);
  if (!/^[A-Za-z]{3},? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - now, 0), mostMs);
}
