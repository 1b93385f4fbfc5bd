import { z } from 'zod';

/** How parts of requests and answers are spelled everywhere. */
export const time = z.iso.datetime({ offset: true }).meta({ description: 'ISO 8601.' });
export const timeOrNull = time.nullable();
export const text = z.string();
export const textOrNull = z.string().nullable();
export const count = z.int().min(0);
export const countOrNull = count.nullable();
export const money = z.string().regex(/^\d+(\.\d+)?$/).meta({ description: 'Yuan, as a decimal number in text: never a float.' });
export const moneyOrNull = money.nullable();
export const rowId = z.string().regex(/^\d{1,19}$/);
export const rowIdOrNull = rowId.nullable();
export const counts = z.record(z.string(), count);
export const facts = z.record(z.string(), z.unknown());

/** A page: its items, and where the next one begins. The cursor is opaque. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable().meta({ description: 'For the next page, as `cursor`; null after the last. Also in the Link header.' }) });
}

const limitOf = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);
/** Which page; `limit` counts items. */
export const paging = { limit: limitOf(200, 50), cursor: z.string().min(1).max(600).optional().meta({ description: 'The nextCursor of the page before.' }) };

export const flag = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'], error: 'true or false' });
export const filterText = z.string().min(1).max(200);
export const moment = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
export const language = z.enum(['en', 'zh-CN']).default('en');
export const sinceText = z.string().regex(/^\d{1,18}$/, 'a whole number').default('0').meta({ description: 'Only entries after this `seq`.' });
