import { productsAsOf } from '@1688/catalog';
import type { Database } from '@1688/db';
import fc from 'fast-check';
import { expect } from 'vitest';
import { observedOf, observedStates } from './observed-model.ts';
import { ofOffer, versions, type Version } from './versions.ts';

export interface Offer {
  readonly offerId: string;
  /** Oldest first. */
  readonly versions: readonly Version[];
}

export function offersOf(count: number, { seed = 1688, ...options }: { count: number; least: number; pool: number; seed?: number }): Offer[] {
  return fc.sample(versions({ kinds: ['detail'], ...options }), { numRuns: count, seed })
    .map((list, number) => ({ offerId: `61${number + 100}`, versions: ofOffer(list, number + 100).map(withoutSupplier) }));
}

function withoutSupplier(version: Version): Version {
  const { supplier: _, ...product } = version.product;
  return { ...version, product };
}

export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  return fc.sample(fc.shuffledSubarray([...items], { minLength: items.length }), { numRuns: 1, seed })[0] ?? [];
}

/** At the time of each version, and before the first. */
export async function expectHistory(db: Database, offers: readonly Offer[]): Promise<void> {
  for (const { offerId, versions: list } of offers) {
    const expected = observedStates(list);
    expect(await productsAsOf(db, new Date(list[0]!.observedAt.getTime() - 1)).find(offerId), `${offerId} before it was known`).toBeNull();
    for (const [index, { observedAt }] of list.entries()) {
      const received = observedOf(await productsAsOf(db, observedAt).find(offerId));
      expect(received, `${offerId} at version ${index} of ${JSON.stringify(list.map(({ product }) => product))}`).toEqual(expected[index]);
    }
  }
}
