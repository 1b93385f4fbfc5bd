import { backupHealth, listBackups, showBackup } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { jobSchema } from '../schemas/run.ts';
import { backupDetailSchema, backupHealthSchema, backupListSchema } from '../schemas/safety.ts';
import { exampleBackup } from './example-ids.ts';
import { jobBody } from './jobs.ts';

const tag = 'backups';
const params = z.strictObject({ name: z.string().min(1).max(200) });

export const backupRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/backups', id: 'listBackups', tag, role: 'viewer', summary: 'The backups and when each was found good', gives: backupListSchema, example: { reply: { items: [{ name: exampleBackup }] } },
    handle: async ({ mirror }) => ({ items: await listBackups(mirror) }),
  }),
  route({
    method: 'GET', path: '/backups/{name}', id: 'getBackup', tag, role: 'viewer', summary: 'One backup, by name or id, with its tables',
    params, gives: backupDetailSchema, example: { params: { name: exampleBackup }, reply: { name: exampleBackup, kind: 'full' } },
    handle: ({ mirror, params }) => showBackup(mirror, params.name),
  }),
  route({
    method: 'POST', path: '/backups', id: 'createBackup', tag, role: 'operator', summary: 'Database and pictures as one moment, verified when made, as a job', status: 202,
    body: jobBody('backup'), gives: jobSchema, example: { body: { name: 'before-sale' }, reply: { kind: 'backup', state: 'queued' } },
    handle: ({ jobs, body, client }) => jobs.enqueue('backup', body, { owner: client.name }),
  }),
  route({
    method: 'POST', path: '/backups/{name}/verify', id: 'verifyBackup', tag, role: 'operator', summary: 'Prove that a backup is what was written, as a job; damage is its result', status: 202,
    params, body: jobBody('verify').omit({ backup: true }), gives: jobSchema, example: { params: { name: exampleBackup }, body: { level: 'read' }, reply: { kind: 'verify', state: 'queued' } },
    handle: async ({ mirror, jobs, params: { name: backup }, body, client }) => {
      await showBackup(mirror, backup); // told at once, not by a job that fails
      return jobs.enqueue('verify', { ...body, backup }, { owner: client.name });
    },
  }),
  route({
    method: 'GET', path: '/backup-health', id: 'getBackupHealth', tag, role: 'viewer', summary: 'How old the newest complete backup is, and when one was last read whole', gives: backupHealthSchema, example: { reply: { stale: ['complete', 'verified'] } },
    handle: ({ mirror }) => backupHealth(mirror),
  }),
];
