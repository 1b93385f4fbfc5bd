import { setTimeout as sleep } from 'node:timers/promises';
import { imageObjects, productImages, products } from '@1688/db';
import { openImageStore } from '@1688/images';
import { collectImages, type Mirror } from '@1688/mirror';
import { expect } from 'vitest';
import { openTestMirror } from './image-store.ts';
import { pictureOf } from './picture-server.ts';

const urls = Array.from({ length: 3 }, (_, at) => `https://cbu01.alicdn.com/img/${at}.png`);

/**
 * Lets three writers, who show and drop two pictures again and again, and a collector without any grace run at once, each step after
 * a seeded moment, and looks after each round that every row that is in use has its file.
 * @returns in how many cases a writer met a file that had been collected under its hands
 */
export async function interleave({ rounds, seed }: { readonly rounds: number; readonly seed: number }): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const store = stack.use(await openImageStore({ storage: mirror.storage, variants: [] }));
  const random = randomFrom(seed);
  const pause = (): Promise<void> => sleep(Math.floor(random() * 4));
  await collectImages(mirror, {});
  let met = 0;

  async function writer(at: number): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) {
      await show(mirror, at, true);
      const image = await store.add(pictureOf(at % 2));
      await pause();
      const { absent } = await productImages(mirror.db).settle({ stored: [{ ...image, canonicalUrl: urls[at]! }] }, { absent: (keys) => absentOf(mirror, keys) });
      met += absent.length;
      await pause();
      await show(mirror, at, false);
    }
    if (random() < 0.5) await show(mirror, at, true);
  }

  async function collector(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) {
      await collectImages(mirror, { graceMs: -1_000, trashMs: 0 });
      await pause();
    }
  }

  for (let round = 1; round <= rounds; round += 1) {
    await Promise.all([writer(0), writer(1), writer(2), collector()]);
    for await (const object of imageObjects(mirror.db).list({ state: 'live' })) expect(await mirror.storage.head(object.key), `seed ${seed}, round ${round}`).not.toBeNull();
    const { rows } = await mirror.db.knex.raw<{ rows: object[] }>(`select from sync1688.product_images i join sync1688.image_objects o using (sha256) where i.deleted_at is null and o.state <> 'live'`);
    expect(rows, `seed ${seed}, round ${round}`).toEqual([]);
  }
  return met;
}

async function show({ db }: Mirror, at: number, isShown: boolean): Promise<void> {
  await products(db).upsert({ offerId: String(at), title: '裙', images: isShown ? [{ url: urls[at]!, role: 'main' }] : [] });
}

async function absentOf({ storage }: Mirror, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  for (const key of keys) if (!(await storage.head(key))) absent.add(key);
  return absent;
}

/** Park and Miller's generator: the same moments for the same seed. */
export function randomFrom(start: number): () => number {
  let state = start % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
