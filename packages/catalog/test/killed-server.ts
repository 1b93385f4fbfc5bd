import { setTimeout as sleep } from 'node:timers/promises';
import { importProducts } from '@1688/catalog';
import { isSyncError } from '@1688/core';
import { migrate, openDatabase, type Database } from '@1688/db';
import type { FragilePostgres } from '@1688/vitest';
import { expect } from 'vitest';
import { fingerprint, numberedProducts, recordsOf, valueOf } from './records.ts';

const offers = 160;
const batchSize = 20;

export interface KilledRounds {
  /** Where the kills fell, for the log. */
  readonly lines: readonly string[];
  /** How many fell after the first and before the last commit. */
  readonly inside: number;
}

export async function databaseOn(server: FragilePostgres, name: string): Promise<Database> {
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const db = await openDatabase(url.href, { waitMs: 10_000 });
  await migrate(db);
  return db;
}

/**
 * Each round imports new prices for all offers and kills the whole server at a random moment between its first and its last commit; what was acknowledged must be there, and a second run completes the round.
 */
export async function importUnderKills(server: FragilePostgres, db: Database, { rounds, seed }: { rounds: number; seed: number }): Promise<KilledRounds> {
  const random = randomFrom(seed);
  const lines: string[] = [];
  let inside = 0;
  let { committingMs } = await importRound(db, 0);
  for (let round = 1; round <= rounds; round += 1) {
    if (round % 10 === 1) ({ committingMs } = await importRound(db, round - 0.5));
    const killFrom = batchSize * Math.ceil(random() * (offers / batchSize - 2)); // counted, not timed: a round on a busy machine is no slower than its commits
    const killAfterMs = (random() * committingMs * batchSize) / offers;
    const { promise: there, resolve: onThere } = Promise.withResolvers<void>();
    const running = importRound(db, round, { done: killFrom, call: onThere });
    await there;
    await sleep(killAfterMs);
    await server.stop('kill');
    const { acknowledged, failure } = await running;
    await server.start();
    const stored = await waitFor(() => valueOf<number>(db, `select count(*)::integer from sync1688.products where price_min = ${priceOf(round)}`));
    lines.push(`seed ${seed} round ${round}: killed ${killAfterMs.toFixed(1)} ms after ${killFrom} of ${offers}, ${acknowledged} acknowledged, ${stored} stored`);
    if (stored > 0 && stored < offers) inside += 1;
    expect(stored).toBeGreaterThanOrEqual(acknowledged);
    expect(stored % batchSize).toBe(0);
    if (failure !== null) expect(failure).toMatchObject({ retryable: true, code: expect.stringMatching(/^DB_(CONNECTION_LOST|UNAVAILABLE)$/) });
    expect(await importRound(db, round)).toMatchObject({ acknowledged: offers, failure: null });
  }
  return { lines, inside };
}

/** The same rounds on a server that nobody kills. */
export async function importWithoutKills(db: Database, rounds: number): Promise<string> {
  for (let round = 0; round <= rounds; round += 1) {
    if (round % 10 === 1) await importRound(db, round - 0.5);
    await importRound(db, round);
  }
  return fingerprint(db);
}

interface Round {
  readonly acknowledged: number;
  readonly failure: unknown;
  /** From the first commit to the last. */
  readonly committingMs: number;
}

async function importRound(db: Database, round: number, at: { readonly done: number; readonly call: () => void } | null = null): Promise<Round> {
  let acknowledged = 0;
  let firstAt = 0;
  const onProgress = ({ done }: { done: number }): void => {
    acknowledged = done;
    firstAt ||= performance.now();
    if (at !== null && done >= at.done) at.call();
  };
  const failure = await importProducts(db, recordsOf(numberedProducts(offers, { priceCny: priceOf(round) })), { batchSize, reconnectMs: 0, observedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, round * 60)), onProgress })
    .then(() => null, (error: unknown) => error);
  at?.call();
  if (failure !== null && !isSyncError(failure)) throw failure;
  return { acknowledged, failure, committingMs: performance.now() - firstAt };
}

function priceOf(round: number): string {
  return (20 + round).toFixed(2);
}

async function waitFor<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (a linear congruential generator). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
