import { recordKinds, type FlowOptions, type ImageRole } from '@1688/core';
import {
  claimScope, decodeToldTimes, imageRoleMark, migrate, productSlot, quoteName, skuSlot, slots, supplierSlot, transaction, withClient, type Database, type ToldTimes,
} from '@1688/db';
import type { DocumentMapper } from './document-mapper.ts';
import { replayVault, type Replay } from './replay-vault.ts';
import { tableDifferences, type CellDifference, type ComparedTable } from './table-differences.ts';

export interface CheckRebuildOptions extends FlowOptions {
  readonly mapper: DocumentMapper;
  /** Most differences that are told; all are counted. Default 100. */
  readonly limit?: number;
}

/** One cell that is not what the documents say. */
export interface RebuildDifference {
  readonly table: ComparedTable;
  /** Source ids, joined by blanks. */
  readonly row: string;
  /** `row` when the tables lack a row, or have one that nothing tells. */
  readonly field: string;
  readonly stored: unknown;
  readonly replayed: unknown;
}

export interface RebuildCheck extends Replay {
  readonly differences: readonly RebuildDifference[];
  readonly differenceCount: number;
  /** Differences by table. */
  readonly tables: Readonly<Record<ComparedTable, number>>;
  /** Values that differ because the user locked them, or a program or a revert wrote them: no damage. */
  readonly ownValues: number;
}

/**
 * Replays all documents that are kept into a scratch schema of the same database and compares it with the tables, cell by cell: they
 * are a function of what was received. Sales figures, times, listings (下架) and what the user did are not compared. Reads the store
 * and never writes to it; the scratch schema is dropped at the end, and by the next check when this one is killed.
 * @throws LOCKED while another check is at work; DB_PERMISSION for a role that may not make a schema; ABORTED
 */
export async function checkRebuild(db: Database, { mapper, limit = 100, ...flow }: CheckRebuildOptions): Promise<RebuildCheck> {
  await using claim = await claimScope(db, { kind: 'check', scope: 'rebuild' });
  const scratch: Database = { ...db, schema: `${db.schema}_${claim.scope}` };
  const drop = async (): Promise<void> => {
    await db.knex.raw(`drop schema if exists ${quoteName(scratch.schema)} cascade`);
  };
  await drop();
  try {
    await migrate(scratch);
    const replay = await replayVault(db, scratch, mapper, flow);
    for (const table of ['suppliers', 'supplier_aliases', 'products', 'skus', 'price_tiers', 'product_images']) await db.knex.raw(`analyze ${quoteName(scratch.schema)}.${table}`);
    const { rows } = await db.knex.raw<{ rows: { profile: string }[] }>(`select distinct profile from ${quoteName(db.schema)}.payloads`);
    const profiles = rows.map(({ profile }) => profile).filter((profile) => mapper.versionOf(profile) !== null);
    return { ...replay, ...(await compare(db, scratch, { profiles, limit })) };
  } finally {
    await drop();
  }
}

async function compare(db: Database, scratch: Database, { profiles, limit }: { readonly profiles: readonly string[]; readonly limit: number }): Promise<Omit<RebuildCheck, keyof Replay>> {
  return transaction(db, (trx) => withClient(trx, async (client) => {
    const differences: RebuildDifference[] = [];
    const tables: Record<ComparedTable, number> = { suppliers: 0, products: 0, skus: 0, price_tiers: 0, product_images: 0 };
    let [differenceCount, ownValues] = [0, 0];
    for await (const cell of tableDifferences(client, { stored: db.schema, replayed: scratch.schema, profiles })) {
      if (isOwn(cell)) {
        ownValues += 1;
        continue;
      }
      differenceCount += 1;
      tables[cell.table] += 1;
      const { table, key, field, stored, replayed } = cell;
      if (differences.length < limit) differences.push({ table, row: key.filter((part) => part !== '').join(' '), field, stored, replayed });
    }
    return { differences, differenceCount, tables, ownValues };
  }));
}

/** True for what no document can say: a locked field, or one that a caller told. */
function isOwn({ table, key, field, stored, toldTimes, locks }: CellDifference): boolean {
  const times = decodeToldTimes(toldTimes);
  const isLocked = (name: string): boolean => Object.hasOwn(locks ?? {}, name);
  switch (table) {
    case 'suppliers': // one that only documents of purged offers told of is no damage
      return field === 'row' ? stored === true : !['aliases', 'sourceId'].includes(field) && byCaller(times[supplierSlot(field)]!);
    case 'products':
      return field !== 'row' && (isLocked(field) || byCaller(times[field === 'supplier' ? slots.supplier : productSlot(field)]!));
    case 'skus':
      return isLocked('skus') || isOwnSku(times, field);
    case 'price_tiers':
      return key[1] === '' ? isLocked('priceTiers') || byCaller(times[slots.tiers]!) : isLocked('skus') || byCaller(times[slots.skuTiers]!) || isOwnSku(times, 'row');
    case 'product_images':
      return isLocked('images') || byCaller(imageRoleMark(times, key[1] as ImageRole));
  }
}

/** A SKU that a revert took out was told at no time. */
function isOwnSku(times: ToldTimes, field: string): boolean {
  if (field === 'row') return byCaller(times[slots.skuListed]!) || (Number.isNaN(times[slots.skuListed]!) && !times.every((mark) => Number.isNaN(mark)));
  return byCaller(times[field === 'position' ? slots.skuPlaceByDetail : skuSlot(field)]!);
}

function byCaller(mark: number): boolean {
  return Math.round((mark - Math.floor(mark)) * 4) === recordKinds.length;
}
