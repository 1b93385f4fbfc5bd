import { z } from 'zod';

/** Yuan as a decimal string: at most 10 digits before and 4 after the point, so that it fits `numeric(14,4)`. */
export const moneySchema = z
  .string({ error: 'a decimal number of yuan as text, such as "12.50"' })
  .regex(/^\d{1,10}(\.\d{1,4})?$/, 'a decimal number of yuan, such as "12.50"');

/** Ten-thousandths of a yuan, exact. `text` must satisfy `moneySchema`. */
export function moneyUnits(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
}

/**
 * Negative when `a` is the smaller sum, 0 when both are equal, positive otherwise. Exact: sums have at most 14 significant digits,
 * and a double tells any two of those apart.
 */
export function compareMoney(a: string, b: string): number {
  return Number(a) - Number(b);
}

const normalMoney = /^(?:0|[1-9]\d*)\.\d{2}$/;

/** One spelling for equal sums: no leading zeros, at least two digits after the point: `7.8` → `7.80`, `35` → `35.00`. */
export function normalizeMoney(text: string): string {
  if (normalMoney.test(text)) return text;
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole.replace(/^0+(?=\d)/, '')}.${fraction.padEnd(2, '0').replace(/(?<=\d{2})(?<!\d{2}0)0+$/, '')}`;
}
