const chinaOffsetMs = 8 * 3_600_000;
const earliest = Date.UTC(1999, 0); // 1688 opened in 1999: an earlier time is a mistake, such as a zero
const latest = Date.UTC(2100, 0);

/**
 * A time as 1688 and its relays write it. Without a zone it is China time (UTC+8).
 * `2024-08-08 15:14:21`, `2024/8/8`, `20181219175505000+0800`, ISO 8601, milliseconds or seconds as a number or as text.
 * @returns null when the text is none of them or far outside 1999 to 2099
 */
export function parseSourceTime(value: string | number): Date | null {
  const text = String(value).trim();
  return inRange(ofEpoch(text) ?? ofCompact(text) ?? ofCalendar(text));
}

function inRange(time: number | null): Date | null {
  return time !== null && time >= earliest && time < latest ? new Date(time) : null;
}

function ofEpoch(text: string): number | null {
  if (/^\d{13}$/.test(text)) return Number(text);
  return /^\d{10}(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : null;
}

function ofCompact(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)(\d{3})?)?([+-]\d{4}|Z)?$/.exec(text);
  return match ? ofParts(match.slice(1, 8), match[8]) : null;
}

function ofCalendar(text: string): number | null {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3})\d*)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  return match ? ofParts(match.slice(1, 8), match[8]) : null;
}

function ofParts(parts: readonly (string | undefined)[], zone: string | undefined): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0));
  const time = Date.UTC(year, month - 1, day, hour, minute, second, Number((parts[6] ?? '0').padEnd(3, '0')));
  const date = new Date(time);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return real ? time - offsetOf(zone) : null;
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined) return chinaOffsetMs;
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000 : 0;
}
