import { parseSourceTime } from './source-time.ts';

const dayMs = 86_400_000;
/** Day 0 of Excel's calendar as it counts from March 1900 on, in China time. */
const excelEpoch = Date.UTC(1899, 11, 30) - 8 * 3_600_000;
const earliestSerial = 36_161; // 1999-01-01: 1688 opened in 1999
const latestSerial = 73_050; // 2099-12-31

/**
 * A time as it stands in a cell: what `parseSourceTime` reads, and besides an Excel serial date (`45512.6349`), `下午3:14`, `3:14 PM`,
 * `2024年8月8日 15时14分`, full-width digits. Without a zone it is China time.
 * @returns null when the text is none of them or far outside 1999 to 2099
 */
export function parseTableTime(text: string): Date | null {
  const folded = text.normalize('NFKC').trim().replace(/^'/, '');
  return ofSerial(folded) ?? parseSourceTime(withClock(folded));
}

function ofSerial(text: string): Date | null {
  if (!/^\d{5}(?:\.\d+)?$/.test(text)) return null;
  const serial = Number(text);
  if (serial < earliestSerial || serial > latestSerial + 1) return null;
  return new Date(Math.round((excelEpoch + serial * dayMs) / 1000) * 1000); // fractions of a day are exact to about a millisecond
}

/** `下午3:14` and `3:14 PM` as `15:14`; 时, 分 and 秒 as colons. */
function withClock(text: string): string {
  const plain = text.replace(/(\d{1,2})[时点](\d{1,2})分?(?:(\d{1,2})秒?)?/, (_, hour: string, minute: string, second?: string) => `${hour}:${minute.padStart(2, '0')}${second === undefined ? '' : `:${second.padStart(2, '0')}`}`);
  const match = /^(.{0,80}?)\s{0,9}(上午|下午|[AaPp][Mm])?\s{0,9}(\d{1,2})((?::\d{2}){1,2})\s{0,9}(上午|下午|[AaPp][Mm])?$/.exec(plain);
  const half = match?.[2] ?? match?.[5];
  if (!match || half === undefined) return plain.replace(/日(?=\d)/, '日 ');
  const hour = (Number(match[3]) % 12) + (/下午|pm/i.test(half) ? 12 : 0);
  return `${match[1]!} ${hour}${match[4]!}`;
}
