const scales: Readonly<Record<string, number>> = { 千: 1_000, k: 1_000, 万: 10_000, w: 10_000, 亿: 100_000_000 };

/** Digits alone, as most sources write them, and few enough to be exact. */
const plainCount = /^\d{1,15}$/;

/**
 * The number in a text that tells how much was sold or reviewed: `38`, `100+`, `已售100+件`, `全网1.2万+件`. A lower bound counts as the number.
 * @returns null when there is none
 */
export function looseCount(text: string): number | null {
  if (plainCount.test(text)) return Number(text);
  const match = /(\d[\d,]*(?:\.\d+)?)\s*([千万亿kw])?/i.exec(text.normalize('NFKC'));
  return match ? scaled(match[1]!, match[2]) : null;
}

/**
 * A quantity that orders depend on: `2`, `2.0`, `≥2件`, `99个`, `2-99件` (the lower one), `100件起批`, `1.2万`.
 * @returns whole pieces, rounded down; null when the text holds no number; undefined when it holds something else beside one (`-1`, `abc1`, `1e400`)
 */
export function strictQuantity(text: string): number | null | undefined {
  if (plainCount.test(text)) return Number(text);
  const folded = text.normalize('NFKC').replace(/\s+/g, '');
  if (!/\d/.test(folded)) return null;
  const match = /^(?:起批量?:?|[≥>=约])*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([千万亿])?\+?(?:[-~至]\d+(?:\.\d+)?[千万亿]?)?(?:\p{Script=Han}|[()/])*$/u.exec(folded);
  if (!match) return undefined;
  return scaled(match[1]! + (match[2] ?? ''), match[3]) ?? undefined;
}

function scaled(digits: string, scale: string | undefined): number | null {
  const count = Math.floor(Number((Number(digits.replaceAll(',', '')) * (scale ? scales[scale.toLowerCase()]! : 1)).toPrecision(15)));
  return Number.isSafeInteger(count) ? count : null;
}
