import type { FlowOptions } from '@1688/core';
import { z } from 'zod';
import { defined } from '../defined.ts';
import { createBackup, verifyBackup } from '../flows/backup.ts';
import { check, fix, undoFix } from '../flows/consistency.ts';
import { maintainStore } from '../flows/maintain.ts';
import { makeMissingVariants } from '../flows/make-variants.ts';
import { pullImages } from '../flows/pull-images.ts';
import { replayRejects } from '../flows/rejects.ts';
import { restoreBackup } from '../flows/restore.ts';
import { revertSync } from '../flows/run-changes.ts';
import { storageStats } from '../flows/storage.ts';
import { importUpload } from '../flows/uploads.ts';
import type { Mirror } from '../open-mirror.ts';

export interface JobContext extends FlowOptions {
  /** More than 1: a worker died over this job before. */
  readonly attempt: number;
}

interface JobDefinition<Schema extends z.ZodType = z.ZodType> {
  /** What a request for it may say; the only statement of it. */
  readonly input: Schema;
  /** Jobs of one lane run one after the other. */
  readonly lane: (input: z.infer<Schema>) => string;
  /** A flow; what it returns is the job's result, as JSON. */
  readonly run: (mirror: Mirror, input: z.infer<Schema>, context: JobContext) => Promise<unknown>;
}

function job<Schema extends z.ZodType>(definition: JobDefinition<Schema>): JobDefinition<Schema> {
  return definition;
}

const id = z.string().regex(/^[1-9]\d{0,17}$/, 'an id of digits');
const name = z.string().min(1).max(200);

/** Which long pieces of work there are: a schema and a flow each. */
export const jobDefinitions = {
  import: job({
    input: z.strictObject({
      uploadId: z.guid().meta({ description: 'Id of a file that was sent to /uploads.' }),
      profile: name.optional().meta({ description: 'Default: found out from the first records.' }),
      encoding: name.optional().meta({ description: 'Default: found out; such as gb18030.' }),
      columns: z.record(name, name).optional().meta({ description: 'Columns of a table that are not known by their headers: header → field.' }),
      observedAt: z.iso.datetime({ offset: true }).optional().meta({ description: 'When the source was seen, for records that do not say so.' }),
      scope: name.default('default').meta({ description: 'What is being mirrored, such as a shop; imports of one scope run one after the other.' }),
      fullScan: z.boolean().default(false).meta({ description: 'The file holds the whole scope.' }),
      dryRun: z.boolean().default(false).meta({ description: 'Read and map everything, write nothing.' }),
    }),
    lane: ({ scope }) => `import ${scope}`,
    run: (mirror, { uploadId, observedAt, ...input }, { attempt, ...options }) =>
      importUpload(mirror, uploadId, defined({ ...input, ...options, resume: attempt > 1, observedAt: observedAt === undefined ? undefined : new Date(observedAt) })),
  }),
  images: job({
    input: z.strictObject({
      limit: z.int().min(1).max(10_000_000).optional().meta({ description: 'At most so many pictures. Default: all that wait.' }),
      failed: z.boolean().default(false).meta({ description: 'Also those that failed for good, and without waiting.' }),
      concurrency: z.int().min(1).max(64).default(8),
    }),
    lane: () => 'images',
    run: (mirror, input, { signal, onProgress }) => pullImages(mirror, defined({ ...input, signal, onProgress })),
  }),
  variants: job({
    input: z.strictObject({ concurrency: z.int().min(1).max(64).default(2).meta({ description: 'Pictures at once: that many processes decode.' }) }),
    lane: () => 'images',
    run: (mirror, input, { signal, onProgress }) => makeMissingVariants(mirror, defined({ ...input, signal, onProgress })),
  }),
  replay: job({
    input: z.strictObject({ syncRecordId: id.optional(), code: name.optional(), ids: z.array(id).max(10_000).optional(), profile: name.optional() }),
    lane: () => 'replay',
    run: (mirror, input, { signal, onProgress }) => replayRejects(mirror, defined({ ...input, signal, onProgress })),
  }),
  check: job({
    input: z.strictObject({ only: z.array(name).max(100).optional().meta({ description: 'Ids of checks. Default: all.' }), deep: z.boolean().default(false).meta({ description: 'Also read every stored byte.' }) }),
    lane: () => 'consistency',
    run: (mirror, input, { signal, onProgress }) => check(mirror, defined({ ...input, signal, onProgress })),
  }),
  plan: job({
    input: z.strictObject({ force: z.boolean().default(false).meta({ description: 'Plan more than 100 things and 0.5 % of a table for one check.' }) }),
    lane: () => 'consistency',
    run: async (mirror, { force }, { signal, onProgress }) => {
      const { plan, actions, refused } = await fix(mirror, defined({ force, signal, onProgress }));
      return { plan, actions: actions.length, refused };
    },
  }),
  fix: job({
    input: z.strictObject({ plan: id, force: z.boolean().default(false) }),
    lane: () => 'consistency',
    run: (mirror, input, { signal, onProgress }) => fix(mirror, defined({ ...input, apply: true, signal, onProgress })),
  }),
  undo: job({
    input: z.strictObject({ run: id.meta({ description: 'Id of a fix.' }) }),
    lane: () => 'consistency',
    run: (mirror, { run }, { signal, onProgress }) => undoFix(mirror, run, defined({ signal, onProgress })),
  }),
  backup: job({
    input: z.strictObject({ name: name.optional() }),
    lane: () => 'backup',
    run: (mirror, input, { signal, onProgress }) => createBackup(mirror, defined({ ...input, signal, onProgress })),
  }),
  verify: job({
    input: z.strictObject({
      backup: name.meta({ description: 'Its name or id; latest for the newest.' }),
      level: z.enum(['list', 'read', 'drill']).default('read').meta({ description: 'list: everything is there; read: every byte is read; drill: restored into a schema of its own, too.' }),
    }),
    lane: () => 'backup',
    run: (mirror, { backup, level }, { signal, onProgress }) => verifyBackup(mirror, backup, defined({ level, signal, onProgress })),
  }),
  // To switch is no job: it puts other tables, this one's own record among them, in place of the live ones.
  restore: job({
    input: z.strictObject({ backup: name.meta({ description: 'Its name or id.' }) }),
    lane: () => 'backup',
    run: (mirror, { backup }, { signal, onProgress }) => restoreBackup(mirror, backup, defined({ signal, onProgress })),
  }),
  revert: job({
    input: z.strictObject({ run: id.meta({ description: 'Id of the run that is taken back.' }), dryRun: z.boolean().default(false).meta({ description: 'Count what would be put back, write nothing.' }) }),
    lane: () => 'revert',
    run: (mirror, { run, dryRun }, { signal, onProgress }) => revertSync(mirror, run, defined({ dryRun, signal, onProgress })),
  }),
  maintain: job({
    input: z.strictObject({
      optimize: z.boolean().default(false).meta({ description: 'Also vacuum where it pays.' }),
      keepDays: z.int().min(0).max(100_000).default(90).meta({ description: 'Age from which finished runs and replayed rejects are deleted.' }),
      trashDays: z.int().min(0).max(100_000).default(30).meta({ description: 'Age from which the trash of fixes is deleted for good.' }),
      historyDays: z.int().min(0).max(100_000).optional().meta({ description: 'Age from which superseded values are deleted. Default: never.' }),
    }),
    lane: () => 'maintain',
    run: (mirror, input, { signal, onProgress }) => maintainStore(mirror, defined({ ...input, signal, onProgress })),
  }),
  storage: job({
    input: z.strictObject({}),
    lane: () => 'storage',
    run: (mirror, _input, { signal, onProgress }) => storageStats(mirror, defined({ signal, onProgress })),
  }),
} as const;

export type JobKind = keyof typeof jobDefinitions;
export const jobKinds = Object.keys(jobDefinitions) as readonly JobKind[];
export type JobInput<Kind extends JobKind> = z.input<(typeof jobDefinitions)[Kind]['input']>;

/** The definition by name, without what its input is. */
export function jobDefinition(kind: string): JobDefinition | null {
  return Object.hasOwn(jobDefinitions, kind) ? (jobDefinitions[kind as JobKind] as unknown as JobDefinition) : null;
}
