import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { builtInProfiles, defineProfile, type SourceFormat } from '@1688/sources';
import { profileContract } from '@1688/sources/contract';
import { bytes, fixture, readAll } from './read-all.ts';

/** Fixtures of each built-in profile: one for each shape that it maps. */
const examples: Readonly<Record<string, readonly string[]>> = {
  '1688sync-export': ['export.jsonl'],
  'open-platform': ['open-platform-product.json', 'open-platform-list.json', 'open-platform-simple.jsonl'],
  crossborder: ['crossborder-detail.json', 'crossborder-detail-doc.json', 'crossborder-seller-offers.json', 'crossborder-keyword.json', 'crossborder-image-search.json'],
  'change-message': ['change-messages.jsonl', 'change-messages-page.json'],
  reseller: ['tmapi-search.jsonl', 'tmapi-search-page.json', 'tmapi-detail.json', 'tmapi-global-detail.json', 'onebound-item.json', 'onebound-item-older.json', 'onebound-search.json'],
  '1688-cli': ['cli-offer.json', 'cli-offers.json', 'cli-search.json', 'cli-research.jsonl'],
  apify: ['apify-rows.json'],
  'taobao-package': ['taobao-package.utf16le.csv', 'taobao-package-old.gbk.csv'],
  table: ['table.gb18030.csv', 'table-english.tsv'],
};

/** The documents of a fixture that are no rejects, as they are kept; of plain JSON the whole file, with its wrapper. */
async function documentsOf(profile: string, file: string): Promise<unknown[]> {
  const outcomes = await readAll(fixture(file), { profile });
  const kept = outcomes.flatMap((outcome) => (outcome.ok ? [JSON.parse(outcome.value.document) as unknown] : []));
  const text = await readFile(fixture(file), 'utf8');
  return file.endsWith('.json') && /^[[{]/.test(text) && outcomes.every(({ ok }) => ok) ? [JSON.parse(text) as unknown] : kept;
}

function formatOf(file: string): SourceFormat {
  if (file.endsWith('.jsonl')) return 'jsonl';
  return file.endsWith('.json') ? 'json' : file.includes('taobao') || file.endsWith('.tsv') ? 'tsv' : 'csv';
}

test('every built-in profile has its fixtures here', () => {
  expect(Object.keys(examples).toSorted()).toEqual(builtInProfiles.map(({ name }) => name).toSorted());
});

describe.each(builtInProfiles.map((profile) => [profile.name, profile] as const))('%s', (name, profile) => {
  describe.each(examples[name] ?? [])('%s', async (file) => {
    const documents = await documentsOf(name, file);
    for (const { name: promise, run } of profileContract(profile, documents, { format: formatOf(file) })) test(promise, run);
  });
});

test('a profile of a user’s own passes as the built-in ones do', async () => {
  const mine = defineProfile({
    name: 'my-crawler', mapperVersion: 3,
    isRecord: (value) => 'goodsNo' in value && 'goodsName' in value,
    map: (record) => ({ kind: 'list', product: { offerId: record['goodsNo'] as string, title: record['goodsName'] as string } }), // checked by the model afterwards
  });

  for (const { run } of profileContract(mine, [{ rows: [{ goodsNo: '610000000901', goodsName: '帆布鞋' }] }])) await run();

  expect(await readAll(bytes('{"goodsNo":"1","goodsName":"鞋"}'), { profiles: [mine] })).toMatchObject([{ ok: true, value: { profile: 'my-crawler', mapperVersion: 3 } }]);
});
