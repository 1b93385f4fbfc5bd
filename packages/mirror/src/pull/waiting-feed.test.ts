import type { CandidatePlace, ImageCandidate } from '@1688/db';
import { expect, test } from 'vitest';
import { fairQueue } from './fair-queue.ts';
import { waitingFeed } from './waiting-feed.ts';

/** Rows that wait until they are taken away, read page by page as from the database. */
function table(rows: readonly (readonly [supplier: string, count: number])[]) {
  const waiting = rows.flatMap(([supplierId, count]) => Array.from({ length: count }, (_, at) => ({ supplierId, name: `https://h/${supplierId}-${at}` })))
    .map(({ supplierId, name }, at): ImageCandidate => ({ canonicalUrl: name, supplierId, priority: 0, place: { phase: 0, at: '2026-01-01 00:00:00+00', id: String(at + 1) } }));
  const gone = new Set<string>();
  const page = async (after: CandidatePlace | null): Promise<ImageCandidate[]> => waiting.filter(({ canonicalUrl, place }) => !gone.has(canonicalUrl) && BigInt(place.id) > BigInt(after?.id ?? 0)).slice(0, 10);
  return { gone, page };
}

test('everything comes through a queue that is much smaller, each once, and small suppliers come early', async () => {
  const { gone, page } = table([['giant', 400], ['small', 20], ['other', 100]]);
  const queue = fairQueue({ perGroup: 8 });
  const feed = waitingFeed({ queue, page, pageSize: 10, lowWater: 12 });
  const taken: string[] = [];

  for (let turns = 0; taken.length < 520 && turns < 10_000; turns += 1) {
    if (feed.needsRefill()) await feed.refill();
    if (feed.wantsScout(Date.now())) await feed.scout();
    const image = queue.take(() => true);
    if (image) gone.add(image.canonicalUrl);
    if (image) taken.push(image.group);
    else await feed.round();
  }

  expect(taken).toHaveLength(520);
  expect(gone.size).toBe(520);
  expect(taken.indexOf('small')).toBeLessThan(60);
  expect(await feed.round()).toBe(0);
});
