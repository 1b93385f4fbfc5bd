import { transaction, withClient } from '@1688/db';
import { appendChanges } from './change-rows.ts';
import { commitBatch, writeOnce, type Importing } from './commit-batch.ts';
import type { Prepared } from './prepared-batches.ts';
import { isRecord, type PreparedRecord } from './prepared-record.ts';
import { withMore } from './seen-products.ts';
import { suppliersAreKnown, writeSuppliers } from './write-batch.ts';

export interface BatchPipeline {
  /** Returns once there is room for the next batch. @throws what committing a batch threw */
  push(batch: readonly Prepared[]): Promise<void>;
  /** Returns once all batches are committed. @throws what committing one threw */
  end(): Promise<void>;
  /** Returns once nothing is under way, whatever became of it. */
  settle(): Promise<void>;
}

/** A batch on its way into the tables, on a connection of its own. */
interface Flight {
  readonly batch: readonly Prepared[];
  /** Settles once its transaction wants no more locks. */
  readonly locked: Promise<void>;
  readonly committed: Promise<void>;
}

/**
 * Commits batches in their order. While most of what comes is new, two are under way at once: one looks for its products and makes
 * them while the one before writes what lies below them. The second waits for the commit of the first before it does the same, so
 * the first never wants a lock that the second holds. When one fails both are rolled back, and done again one after the other.
 */
export function batchPipeline(importing: Importing): BatchPipeline {
  const flights: Flight[] = [];

  async function land(): Promise<void> {
    const first = flights[0];
    if (!first) return;
    try {
      await first.committed;
      flights.shift();
    } catch {
      const failed = flights.splice(0);
      await Promise.allSettled(failed.map(({ committed }) => committed));
      for (const { batch } of failed) await committedAlone(importing, batch);
    }
  }

  return {
    async push(batch) {
      if (importing.options.dryRun || !importing.mostAreNew) {
        while (flights.length > 0) await land();
        await committedAlone(importing, batch);
        return;
      }
      if (flights.length === 2) await land();
      flights.push(takeOff(importing, batch, flights.at(-1)));
    },
    async end() {
      while (flights.length > 0) await land();
    },
    async settle() {
      await Promise.allSettled(flights.map(({ committed }) => committed));
    },
  };
}

async function committedAlone(importing: Importing, batch: readonly Prepared[]): Promise<void> {
  await commitBatch(importing, batch);
  told(importing);
}

function takeOff(importing: Importing, batch: readonly Prepared[], before: Flight | undefined): Flight {
  const locked = Promise.withResolvers<void>();
  const fly = async (): Promise<void> => {
    await before?.locked;
    const recordsBefore = before?.batch.filter(isRecord) ?? [];
    await makeSuppliers(importing, batch, recordsBefore);
    const rowsLocked = async (): Promise<void> => {
      locked.resolve();
      await before?.committed;
    };
    await writeOnce(importing, batch, { retries: 0, reconnectMs: 0, before: recordsBefore, rowsLocked });
    told(importing);
  };
  const committed = fly();
  committed.catch(locked.reject);
  locked.promise.catch(() => {}); // heard of by those who wait for the commit
  return { batch, locked: locked.promise, committed };
}

/** Suppliers are committed first: the next batch, which often names the same ones, would else wait for this one. */
async function makeSuppliers(importing: Importing, batch: readonly Prepared[], before: readonly PreparedRecord[]): Promise<void> {
  const { db, run, options, knownSuppliers } = importing;
  const records = batch.filter(isRecord);
  if (suppliersAreKnown(knownSuppliers, records)) return;
  const seen = withMore(importing.seen, before);
  const underWay = Map.groupBy(before, ({ offerId }) => offerId);
  const { created, standing } = await transaction(db, (trx) => withClient(trx, async (client) => {
    const suppliers = await writeSuppliers({ client, schema: db.schema, seen, knownSuppliers, underWay }, records);
    await appendChanges(client, db.schema, suppliers.changes, run.record.id);
    return suppliers;
  }), options.signal ? { signal: options.signal } : {});
  importing.suppliers += created;
  knownSuppliers.remember(standing);
}

function told({ options, counts }: Importing): void {
  options.onProgress?.({ done: counts.read, unit: 'rows' });
}
