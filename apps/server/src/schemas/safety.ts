import { z } from 'zod';
import { count, facts, moneyOrNull, counts, page, rowId, rowIdOrNull, text, textOrNull, time, timeOrNull } from './common.ts';

export const backupSchema = z.strictObject({
  id: textOrNull, name: textOrNull, seq: count, label: textOrNull, tags: z.array(text), schema: textOrNull, kind: z.enum(['full', 'incremental']).nullable(), status: text, takenAt: timeOrNull, rows: count, images: count,
  bytesNew: count, bytesTotal: count, verifiedAt: timeOrNull, verifiedLevel: textOrNull,
});
export const backupListSchema = z.strictObject({ items: z.array(backupSchema).meta({ description: 'The oldest first.' }) });
export const backupDetailSchema = z.looseObject({ ...backupSchema.shape, tables: z.array(z.looseObject({ name: text, rows: count })), reasons: z.array(text), engineVersion: text, durationMs: z.number() });

const last = z.strictObject({ name: text, at: time, ageHours: z.number() }).nullable();
export const backupHealthSchema = z.strictObject({
  lastComplete: last, lastVerified: last.meta({ description: 'When a complete backup was last read whole.' }), lastDrill: last, failedSince: count, stale: z.array(z.enum(['complete', 'verified', 'drill'])).meta({ description: 'What is older than it may be; empty when all is well.' }),
});

export const consistencyRunSchema = z.strictObject({ id: rowId, kind: z.enum(['check', 'plan', 'fix', 'undo']), status: text, counts: facts, options: facts, startedAt: time, finishedAt: timeOrNull });
export const consistencyRunPageSchema = page(consistencyRunSchema);

const finding = z.strictObject({
  id: rowId, check: text, severity: z.enum(['critical', 'high', 'medium', 'low', 'info']), state: z.enum(['open', 'fixed', 'gone']), entity: textOrNull, fixable: z.boolean(),
  evidence: facts, firstSeenAt: time, lastSeenAt: time, lastRunId: rowIdOrNull,
});
export const findingPageSchema = page(finding);

export const planSchema = z.strictObject({
  id: rowId, store: z.strictObject({ id: text, epoch: text }), total: count.meta({ description: 'Of all actions; `actions` lists the first thousand.' }),
  actions: z.array(z.looseObject({ action: text, target: text, table: text, finding: text, check: text, before: facts })), refused: z.array(z.strictObject({ finding: text, check: text, code: text, reason: text, count })),
});

export const statsSchema = z.strictObject({
  computedAt: time.meta({ description: 'When this was counted: a large store is counted once in CACHE_TTL seconds.' }),
  products: z.strictObject({
    total: count, removed: count, delisted: count, byStatus: counts, bySyncStatus: counts, byCategory: z.array(z.strictObject({ categoryId: text, name: textOrNull, count })),
    price: z.strictObject({ min: moneyOrNull, max: moneyOrNull, average: moneyOrNull }), skus: count, lastSyncedAt: timeOrNull,
  }),
  suppliers: z.strictObject({ total: count, byProvince: counts, byType: counts }),
  images: z.strictObject({ total: count, byState: counts, objects: count, bytes: count }),
  syncs: z.strictObject({
    total: count, byStatus: counts, byDay: z.array(z.strictObject({ day: text, runs: count, read: count, created: count, updated: count, rejected: count })),
    last: z.strictObject({ id: rowId, kind: text, status: text, startedAt: time, finishedAt: timeOrNull }).nullable(),
  }),
  storage: z.strictObject({ place: text, database: text, databaseBytes: count }),
});

export const sessionSchema = z.strictObject({ name: text, role: z.enum(['viewer', 'operator']), csrfToken: textOrNull.meta({ description: 'To be sent as X-CSRF-Token with what changes something; null for keys, which need none.' }) });
