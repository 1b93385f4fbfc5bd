import { language } from './language.ts';

/** Intl objects are costly to make: one of each kind and language is kept. */
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function numbers(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return keep(`${name} ${language.value}`, () => new Intl.NumberFormat(language.value, options));
}
function dates(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return keep(`${name} ${language.value}`, () => new Intl.DateTimeFormat(language.value, options));
}
function keep<Format extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(name: string, make: () => Format): Format {
  const held = made.get(name) as Format | undefined;
  if (held) return held;
  const format = make();
  made.set(name, format);
  return format;
}

/** 12,345 */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : numbers('count', {}).format(value);
}

/** 12K, 1.2万: for tiles, where the whole number stands in the title. */
export function shortCount(value: number): string {
  return numbers('short', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** ¥35.00 of a decimal text: never through a float. Null is a dash. */
export function money(yuan: string | null | undefined): string {
  return yuan === null || yuan === undefined ? '–' : `¥${numbers('money', { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(yuan as Intl.StringNumericLiteral)}`;
}

/** ¥20 of a bound that a person chose: without needless digits. */
export function moneyBound(yuan: string): string {
  return `¥${numbers('bound', { maximumFractionDigits: 4 }).format(yuan as Intl.StringNumericLiteral)}`;
}

/** ¥35.00–41.00; null when there is no price (面议). */
export function moneyRange(min: string | null | undefined, max: string | null | undefined): string | null {
  if (min === null || min === undefined) return null;
  return max === null || max === undefined || max === min ? money(min) : `${money(min)}–${money(max).slice(1)}`;
}

/** 12.5 % */
export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? '–' : numbers(`percent ${digits}`, { style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** 1.2 GB, in powers of 1,000 as disks are sold. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return numbers(`bytes ${step}`, { style: 'unit', unit: units[step] ?? 'byte', maximumFractionDigits: step === 0 ? 0 : 1 }).format(value / 1_000 ** step);
}

/** Nov 24, 2026 */
export function date(at: string | Date | null | undefined): string {
  return at ? dates('date', { dateStyle: 'medium' }).format(new Date(at)) : '–';
}

/** Nov 24, 2026, 10:02 */
export function dateTime(at: string | Date | null | undefined): string {
  return at ? dates('dateTime', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at)) : '–';
}

/** 3 minutes ago, 2 天前 */
export function ago(at: string | Date | null | undefined, now = Date.now()): string {
  if (!at) return '–';
  const seconds = (new Date(at).getTime() - now) / 1_000;
  const [size, unit] = steps.find(([size]) => Math.abs(seconds) >= size) ?? ([1, 'second'] as const);
  return keep(`ago ${language.value}`, () => new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' })).format(Math.round(seconds / size), unit);
}
const steps = [[31_557_600, 'year'], [2_629_800, 'month'], [86_400, 'day'], [3_600, 'hour'], [60, 'minute']] as const;

/** 350 ms, 4.2 s, 12 min, 3.5 h */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  const [size, unit] = ms >= 3_600_000 ? ([3_600_000, 'hour'] as const) : ms >= 60_000 ? ([60_000, 'minute'] as const) : ms >= 1_000 ? ([1_000, 'second'] as const) : ([1, 'millisecond'] as const);
  return numbers(`duration ${unit}`, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(ms / size);
}
