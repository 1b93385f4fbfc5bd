import { compareBackup, getRestore, listRestores, showBackup, switchBackup, undoBackup } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { filterText } from '../schemas/common.ts';
import { jobSchema } from '../schemas/run.ts';
import { restoreListSchema, restoreRowsSchema, restoreSchema, switchedSchema, undoneSchema } from '../schemas/restore.ts';
import { exampleBackup, exampleRestore } from './example-ids.ts';
import { jobBody } from './jobs.ts';

const tag = 'backups';
const params = z.strictObject({ id: z.string().regex(/^[\da-f]{8}$/, 'an id of eight hexadecimal digits') });

/** A restore in steps: load beside → compare → switch → undo. Operators only: each shows or moves everything. */
export const restoreRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/restores', id: 'listRestores', tag, role: 'operator', summary: 'Restores that stand beside the live data, or were switched in and can be undone', gives: restoreListSchema, example: { reply: { items: [{ id: exampleRestore, state: 'planned' }] } },
    handle: async ({ mirror }) => ({ items: await listRestores(mirror) }),
  }),
  route({
    method: 'POST', path: '/restores', id: 'startRestore', tag, role: 'operator', summary: 'Load a backup beside the live data and compare, as a job; nothing live is touched', status: 202,
    body: jobBody('restore'), gives: jobSchema, example: { body: { backup: exampleBackup }, reply: { kind: 'restore', state: 'queued' } },
    handle: async ({ mirror, jobs, body, client }) => {
      await showBackup(mirror, body.backup);
      return jobs.enqueue('restore', body, { owner: client.name });
    },
  }),
  route({
    method: 'GET', path: '/restores/{id}', id: 'getRestore', tag, role: 'operator', summary: 'What a restore would change, table by table', params, gives: restoreSchema, example: { params: { id: exampleRestore }, reply: { id: exampleRestore, backupName: exampleBackup } },
    handle: ({ mirror, params: { id } }) => getRestore(mirror, id),
  }),
  route({
    method: 'GET', path: '/restores/{id}/rows', id: 'compareRestore', tag, role: 'operator', summary: 'The first rows that differ, of one table or of each',
    params, query: z.strictObject({ table: filterText.optional(), limit: z.coerce.number().int().min(1).max(200).default(20) }), gives: restoreRowsSchema, example: { params: { id: exampleRestore }, query: { limit: '5' }, reply: { rows: [] } },
    handle: async ({ mirror, params: { id }, query }) => ({ rows: (await compareBackup(mirror, id, query)).rows }),
  }),
  route({
    method: 'POST', path: '/restores/{id}/switch', id: 'switchRestore', tag, role: 'operator', summary: 'Put the restored data in place of the live data, which is backed up first and kept aside',
    params, body: z.strictObject({ safetyBackup: z.boolean().default(true).meta({ description: 'False: do not back up the live data first, as when that was just done.' }) }), gives: switchedSchema,
    example: { params: { id: exampleRestore }, body: { safetyBackup: false }, reply: { id: exampleRestore, safetyBackup: null } },
    // Half a switch is none: it is not cut off when the one who asked is gone.
    handle: ({ mirror, params: { id }, body }) => switchBackup(mirror, id, body),
  }),
  route({
    method: 'POST', path: '/restores/{id}/undo', id: 'undoRestore', tag, role: 'operator', summary: 'Go back to the data before the switch; of one that was not switched in, drop what stands beside',
    params, gives: undoneSchema, example: { params: { id: exampleRestore }, reply: { id: exampleRestore, action: 'undone' } },
    handle: ({ mirror, params: { id } }) => undoBackup(mirror, id),
  }),
];
