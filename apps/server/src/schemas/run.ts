import { z } from 'zod';
import { count, countOrNull, counts, facts, page, rowId, rowIdOrNull, text, textOrNull, time, timeOrNull } from './common.ts';

const attempt = z.strictObject({ startedAt: time, endedAt: timeOrNull, status: text, readBefore: count, read: count, peakMemoryBytes: countOrNull });
export const syncRunSchema = z.strictObject({
  id: rowId, kind: text, scope: text, status: text, fullScan: z.boolean(), profile: textOrNull, input: textOrNull, options: facts.nullable(), attempts: count, attemptLog: z.array(attempt),
  read: count, created: count, updated: count, unchanged: count, rejected: count, duplicates: count, checkpoint: facts.nullable(), errors: z.array(z.strictObject({ code: text, message: text })),
  observedAt: timeOrNull, startedAt: time, heartbeatAt: time, finishedAt: timeOrNull, committed: count, workedMs: z.number(), recordsPerSecond: z.number().nullable(), successRate: z.number().nullable(),
  peakMemoryBytes: countOrNull, secondsLeft: z.number().nullable(), silent: z.boolean(),
});
export const syncRunPageSchema = page(syncRunSchema);

export const rejectPageSchema = page(z.strictObject({
  id: rowId, syncRecordId: rowId, profile: textOrNull, line: countOrNull, record: countOrNull, pointer: textOrNull, field: textOrNull, code: text, message: text,
  document: text.meta({ description: 'The record as it was received.' }), replayedAt: timeOrNull, createdAt: time,
}));

export const changeSchema = z.strictObject({
  seq: rowId, entity: z.enum(['product', 'supplier']), sourceId: text, kind: text, fields: facts.meta({ description: 'Field → before and after.' }), syncRecordId: rowIdOrNull, changedAt: time,
});
export const changePageSchema = z.strictObject({ items: z.array(changeSchema), nextSince: rowId.meta({ description: 'Give it as `since` to go on; the same as before when nothing is new.' }) });

export const newestChangesSchema = page(changeSchema);

export const runDifferenceSchema = z.strictObject({
  runId: rowId, revertedBy: rowIdOrNull.meta({ description: 'The run that took this one back.' }), kinds: counts.meta({ description: 'Such as "product updated" → entries, of the whole run.' }), fields: counts.meta({ description: 'Field → entries that changed it.' }), ...changePageSchema.shape,
});

export const uploadSchema = z.strictObject({ id: z.guid(), name: text, sizeBytes: count, sha256: text, createdAt: time, expiresAt: time.meta({ description: 'Until then it can be looked at and imported.' }) });

export const previewSchema = z.strictObject({
  file: text, format: text, encoding: textOrNull, profile: text, why: text, candidates: z.array(z.strictObject({ profile: text, confidence: z.number(), records: count })),
  columns: z.array(z.strictObject({ header: text, field: textOrNull })).nullable().meta({ description: 'Of a table: each column and the field that it lands in.' }),
  fields: z.array(text).meta({ description: 'What a column can be said to hold, in `columns`; also "ignore".' }),
  records: z.array(z.strictObject({
    line: countOrNull, pointer: text, product: facts.nullable().meta({ description: 'What the record would become.' }), rejected: z.strictObject({ code: text, field: textOrNull, message: text }).nullable(),
  })),
});

const progress = z.strictObject({ done: z.number(), total: z.number().optional(), unit: text.optional(), note: text.optional() });
export const jobSchema = z.strictObject({
  id: z.guid(), kind: text, input: facts, state: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']), attempt: count, revision: count, progress: progress.nullable(),
  result: z.unknown().meta({ description: 'What the work gave, once it is completed; of an import its counts and its sync record.' }),
  error: z.strictObject({ code: text, message: text, hint: textOrNull, retryable: z.boolean() }).nullable(), owner: textOrNull, cancelRequested: z.boolean(), createdAt: time, startedAt: timeOrNull, finishedAt: timeOrNull,
});
export const jobPageSchema = page(jobSchema);
