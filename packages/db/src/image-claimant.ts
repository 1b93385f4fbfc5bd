import { randomInt } from 'node:crypto';
import type { Connection, Database, DirectConnection } from './connection.ts';
import { isDriverError, toSyncError } from './database-error.ts';
import { lockKey } from './lock-key.ts';

/** A process that fetches pictures. Its claims are free again the moment its session ends, however that ends. */
export interface ImageClaimant extends AsyncDisposable {
  readonly id: number;
  /** Takes the session up again after the server cut it; what was claimed before then may be fetched twice, which is harmless. */
  keepAlive(): Promise<void>;
  close(): Promise<void>;
}

/** @throws DB_UNAVAILABLE, DB_AUTH */
export async function openImageClaimant(db: Database): Promise<ImageClaimant> {
  const id = randomInt(1, 2_147_483_647);
  let connection = await locked(db, id);
  const close = async (): Promise<void> => connection.close();
  return {
    id,
    async keepAlive() {
      try {
        await connection.client.query('select 1');
      } catch (error) {
        if (!isDriverError(error)) throw error;
        await connection.close();
        connection = await locked(db, id);
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function locked(db: Database, id: number): Promise<DirectConnection> {
  const connection = await db.connect();
  try {
    await connection.client.query('select pg_advisory_lock($1::integer, $2::integer)', [claimClass(db), id]);
    return connection;
  } catch (error) {
    await connection.close();
    throw isDriverError(error) ? toSyncError(error) : error;
  }
}

/** The numbers of those who live, as a subquery. On a replica none is seen, but there nobody claims. */
export function livingClaimants(db: Connection): string {
  return `(select objid::bigint::integer from pg_catalog.pg_locks where locktype = 'advisory' and granted and objsubid = 2
    and classid::bigint = ${claimClass(db)} and database = (select oid from pg_catalog.pg_database where datname = current_database()))`;
}

/** True while any process holds the place of a claimant in this database. */
export async function hasLivingClaimant(db: Connection): Promise<boolean> {
  const { rows: [row] } = await db.knex.raw<{ rows: { living: boolean }[] }>(`select exists ${livingClaimants(db)} as living`);
  return row?.living === true;
}

/** First key of the locks: a positive integer, the same in every process. */
function claimClass(db: Connection): number {
  return Number(BigInt.asUintN(31, BigInt(lockKey(db.schema, 'image-claims'))));
}
