import { moneySchema, sourceIdSchema, SyncError } from '@1688/core';
import { z } from 'zod';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 22:00');
const address = z.url({ protocol: /^https?$/, error: 'an address such as https://…' }).max(2_000);
const percent = z.number().positive().max(100_000);
const secret = z.string().min(1).max(500);
const ids = z.array(sourceIdSchema).min(1).max(1_000);

const triggers = {
  /** The lowest price fell by so many percent or more. */
  priceDownPercent: percent.max(100).optional(),
  priceUpPercent: percent.optional(),
  /** The lowest price came below so many yuan. */
  priceBelowCny: moneySchema.optional(),
  soldOut: z.boolean().optional(),
  backInStock: z.boolean().optional(),
  delisted: z.boolean().optional(),
  relisted: z.boolean().optional(),
  titleChanged: z.boolean().optional(),
  statusChanged: z.boolean().optional(),
  /** An offer that was not known before. */
  newOffer: z.boolean().optional(),
  /** 同款: an offer of the same title at another supplier became cheaper than one of `offerIds`. */
  cheaperElsewhere: z.boolean().optional(),
};

export const watchFilterSchema = z.strictObject({
  ...triggers,
  offerIds: ids.optional(),
  supplierIds: ids.optional(),
  categoryIds: ids.optional(),
  /** Words that all stand in the title, separated by blanks; full-width and traditional characters are folded. */
  query: z.string().trim().min(1).max(200).optional(),
}).refine((filter) => Object.keys(triggers).some((name) => ![undefined, false].includes(filter[name as keyof typeof triggers] as never)), 'at least one thing to watch for, such as priceDownPercent')
  .refine(({ cheaperElsewhere, offerIds }) => !cheaperElsewhere || offerIds !== undefined, 'offerIds beside cheaperElsewhere');

/** What to tell of: any of its triggers, of offers that pass all of its limits. */
export type WatchFilter = z.infer<typeof watchFilterSchema>;

export const sinkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dingtalk'), url: address, secret: secret.optional() }),
  z.strictObject({ kind: z.literal('wecom'), url: address }),
  z.strictObject({ kind: z.literal('feishu'), url: address, secret: secret.optional() }),
  z.strictObject({ kind: z.literal('slack'), url: address }),
  z.strictObject({ kind: z.literal('url'), url: address, secret }),
  z.strictObject({ kind: z.literal('stdout') }),
]);

/** Where alerts go: 钉钉, 企业微信, 飞书, Slack, any address that checks our signature, or the program that runs the watches. */
export type Sink = z.infer<typeof sinkSchema>;
export type SinkKind = Sink['kind'];

const watchSchema = z.strictObject({
  id: z.string().regex(/^[\w-]{1,60}$/, '1 to 60 letters, digits, - and _'),
  filter: watchFilterSchema,
  sink: sinkSchema,
  /** Alerts of so many minutes in one message, with so many lines at most. */
  digest: z.strictObject({ minutes: z.number().min(0).max(1_440).default(0), maxLines: z.number().int().min(1).max(100).default(20) }).prefault({}),
  /** Between these times nothing is sent; it comes afterwards. */
  quietHours: z.strictObject({ from: clock, to: clock, zone: z.string().refine(isZone, 'a zone such as Asia/Shanghai').default('Asia/Shanghai') }).optional(),
  language: z.enum(['en', 'zh-CN']).default('zh-CN'),
});

/** A watch with its defaults filled in. */
export type Watch = z.output<typeof watchSchema>;
/** A watch as it is written. */
export type WatchInput = z.input<typeof watchSchema>;

/** Checks a watch and fills in defaults. @throws ARGUMENT_INVALID naming the field; never shows what it was given, which may be a secret */
export function defineWatch(watch: WatchInput): Watch {
  const result = watchSchema.safeParse(watch);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') || 'the watch';
  throw new SyncError('ARGUMENT_INVALID', `Expected ${field} to be ${issue?.message ?? 'valid'}, received something else.`, {
    hint: 'A watch has an id, a filter with at least one trigger, and a sink with its address.', details: { field },
  });
}

/** The sink without what must stay secret: its kind and host. */
export function shownSink(sink: Sink): string {
  return sink.kind === 'stdout' ? 'stdout' : `${sink.kind} ${new URL(sink.url).host}`;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // that is the answer
  }
}
