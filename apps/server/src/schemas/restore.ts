import { z } from 'zod';
import { count, text, textOrNull, time } from './common.ts';

const difference = z.strictObject({
  table: text, onlyLive: count.meta({ description: 'Rows that a switch takes away.' }), onlyBackup: count.meta({ description: 'Rows that it brings back.' }), changed: count.meta({ description: 'Rows that both have, with other values.' }),
});
export const restoreSchema = z.strictObject({
  id: text, backupId: text, backupName: text, schema: text, beside: text.meta({ description: 'The schema that stands beside: the restored data, or after a switch the data before it.' }), state: z.enum(['loading', 'planned', 'applied']),
  rows: count, images: count, imagesToRestore: count.meta({ description: 'Pictures that are missing or wrong here and are put back.' }), differences: z.array(difference), takenAt: time, plannedAt: time,
});
export const restoreListSchema = z.strictObject({ items: z.array(restoreSchema).meta({ description: 'The newest first.' }) });
export const restoreRowsSchema = z.strictObject({
  rows: z.array(z.strictObject({ table: text, kind: z.enum(['onlyLive', 'onlyBackup', 'changed']), key: z.record(z.string(), text), columns: z.array(text).meta({ description: 'Columns that differ.' }) })),
});
export const switchedSchema = z.strictObject({ id: text, kept: text.meta({ description: 'Schema that holds the data before.' }), safetyBackup: textOrNull });
export const undoneSchema = z.strictObject({ id: text, action: z.enum(['undone', 'dropped']) });
