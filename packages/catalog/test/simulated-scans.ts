import { importProducts } from '@1688/catalog';
import { SyncError, type Outcome, type Product, type ProductRecord, type RejectedRecord } from '@1688/core';
import type { Database } from '@1688/db';
import fc from 'fast-check';
import { expect } from 'vitest';
import { delistedOffers, outcomeOf } from './listing-scans.ts';

const offers = 10;
const idOf = (life: number, offer: number): string => `7${String(life).padStart(4, '0')}${String(offer).padStart(3, '0')}`;
const hour = (number: number): Date => new Date(Date.UTC(2026, 0, 1) + number * 3_600_000);

/** Something that happens in an hour: a whole scan, one that breaks off, a message, or an import of another scope. */
type Event = { readonly kind: 'scan' | 'broken' | 'other'; readonly met: readonly number[] } | { readonly kind: 'message'; readonly offer: number; readonly status: 'expired' | 'published' | null };

const met = fc.subarray(Array.from({ length: offers }, (_, index) => index), { minLength: 5 });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('scan' as const), met }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('broken' as const), met }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('other' as const), met: fc.subarray([0, 1, 2], { minLength: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('message' as const), offer: fc.nat(offers - 1), status: fc.constantFrom('expired' as const, 'published' as const, null) }) },
);

async function* records(life: number, at: Date, told: readonly { readonly offer: number; readonly product?: Partial<Product>; readonly kind?: 'message' }[], breaksOff = false): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
  for (const [index, { offer, product = {}, kind = 'list' }] of told.entries()) {
    if (breaksOff && index === told.length - 1) throw new SyncError('SOURCE_UNREADABLE', 'The connection broke.');
    const whole = { offerId: idOf(life, offer), ...(kind === 'message' ? {} : { title: `连衣裙 ${offer}` }), ...product };
    yield { ok: true, value: { product: whole, kind, profile: 'test', mapperVersion: 1, observedAt: at, document: JSON.stringify([at, whole]), position: { line: index + 1, record: index + 1, pointer: '' } } };
  }
}

async function happens(db: Database, life: number, number: number, event: Event): Promise<void> {
  const at = hour(number);
  const options = { observedAt: at, batchSize: 3 };
  if (event.kind === 'message') {
    const message = { offer: event.offer, kind: 'message' as const, product: event.status === null ? { stockQuantity: number } : { sourceStatus: event.status } };
    for (let times = 0; times < 2; times += 1) await importProducts(db, records(life, at, [message]), options);
    return;
  }
  const told = event.met.map((offer) => ({ offer }));
  const scope = event.kind === 'other' ? `other ${life}` : `shop ${life}`;
  const run = importProducts(db, records(life, at, told, event.kind === 'broken'), { ...options, scope, fullScan: event.kind !== 'other', maxMissedShare: 1 });
  expect(await outcomeOf(run.then(() => undefined))).toBe(event.kind === 'broken' ? 'SOURCE_UNREADABLE' : 'done');
}

/** By the definition: told to be gone, or missed by two whole scans in a row with no sign of life between them. */
function goneAfter(events: readonly Event[]): number[] {
  const misses = new Map<number, number>();
  const gone = new Set<number>();
  for (const event of events) {
    if (event.kind === 'message') {
      misses.set(event.offer, 0);
      if (event.status === 'expired') gone.add(event.offer);
      if (event.status === 'published') gone.delete(event.offer);
      continue;
    }
    const shown = event.kind === 'broken' ? event.met.slice(0, -1) : event.met;
    for (const offer of shown) {
      gone.delete(offer);
      misses.set(offer, 0);
    }
    if (event.kind !== 'scan') continue;
    for (let offer = 0; offer < offers; offer += 1) {
      if (shown.includes(offer)) continue;
      misses.set(offer, (misses.get(offer) ?? 0) + 1);
      if ((misses.get(offer) ?? 0) >= 2) gone.add(offer);
    }
  }
  return [...gone].toSorted((a, b) => a - b);
}

/** Lives of a small shop, each from its seed: after every hour the store must say what the definition does. */
export async function simulate(db: Database, lives: number, seed: number): Promise<void> {
  for (let life = 0; life < lives; life += 1) {
    const [events = []] = fc.sample(fc.array(event, { minLength: 10, maxLength: 10 }), { numRuns: 1, seed: seed + life });
    const whole: Event = { kind: 'scan', met: Array.from({ length: offers }, (_, index) => index) };
    const all = [whole, ...events];
    for (const [number, each] of all.entries()) {
      await happens(db, life, number, each);
      const gone = (await delistedOffers(db)).filter((id) => id.startsWith(idOf(life, 0).slice(0, 5))).map((id) => Number(id.slice(5)));
      expect(gone, `seed ${seed + life}, hour ${number} of ${JSON.stringify(all.slice(0, number + 1))}`).toEqual(goneAfter(all.slice(0, number + 1)));
    }
  }
}
