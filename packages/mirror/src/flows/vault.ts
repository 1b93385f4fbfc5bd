import type { FlowOptions } from '@1688/core';
import { checkRebuild as check, remap, type RebuildCheck, type RemapResult } from '@1688/catalog';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { documentMapper } from './explain.ts';
import { given } from './import.ts';

export interface RemapStoreOptions extends FlowOptions {
  /** Also offers whose documents are all of the present mappers. Default false. */
  readonly all?: boolean | undefined;
  /** Count what would change, and write nothing. Default false. */
  readonly dryRun?: boolean | undefined;
}

/** Maps kept documents again with the profiles of now, without the source; see `remap` of `@1688/catalog`. @throws LOCKED, ABORTED */
export async function remapProducts(mirror: Mirror, options: RemapStoreOptions = {}): Promise<RemapResult> {
  const { all, dryRun } = options;
  const result = await remap(mirror.db, { mapper: documentMapper(mirror.config.file), ...given(options), ...defined({ all, dryRun }) });
  mirror.log.info({ ...result, syncRecord: undefined, syncRecordId: result.syncRecord?.id ?? null }, 'remap ended');
  return result;
}

export interface CheckRebuildFlowOptions extends FlowOptions {
  /** Most differences that are told; all are counted. Default 100. */
  readonly limit?: number | undefined;
}

/** Compares the tables with what all kept documents say; see `checkRebuild` of `@1688/catalog`. @throws LOCKED, ABORTED, DB_PERMISSION */
export async function checkRebuild(mirror: Mirror, options: CheckRebuildFlowOptions = {}): Promise<RebuildCheck> {
  const result = await check(mirror.db, { mapper: documentMapper(mirror.config.file), ...given(options), ...defined({ limit: options.limit }) });
  mirror.log.info({ ...result, differences: undefined }, 'rebuild checked');
  return result;
}
