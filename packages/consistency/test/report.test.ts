import { expect, test } from 'vitest';
import { check, defineCheck, fault, purgeTrash, reportHtml } from '../src/index.ts';
import { aStore, gathered } from './a-store.ts';

const hostile = '<script>alert("裙")</script>&\u0007';

test('a report as a page holds every finding, runs nothing and escapes what the store says', async () => {
  await using store = await aStore();
  const odd = defineCheck({ id: 'odd', title: 'Odd things', titleZh: '异常', severity: 'high', kind: 'sql', async *find() { yield fault(hostile, hostile, { title: hostile }); } });

  const english = reportHtml(await check(store.target, { checks: [odd] }));
  const chinese = reportHtml(await check(store.target, { checks: [odd] }), { language: 'zh-CN' });

  for (const page of [english, chinese]) {
    expect(page).not.toMatch(/<script|\u0007/);
    expect(page).toContain('&#60;script&#62;alert(&#34;裙&#34;)&#60;/script&#62;&#38;\uFFFD');
    expect(page).toContain("default-src 'none'");
  }
  expect(english).toContain('<td class="high">high</td><td>1</td>');
  expect(chinese).toMatch(/<html lang="zh-CN">[\s\S]*<strong>异常<\/strong>/);
});

test('a finding tells since when and how often it was seen', async () => {
  await using store = await aStore();
  await store.sql('update :s:.image_objects set reference_count = 7 where sha256 = ?', [store.hashes[0]]);

  const first = await check(store.target);
  await store.sql("update :s:.consistency_findings set first_seen_at = '2026-01-02T03:04:05Z'");
  const second = await check(store.target);

  expect(first.findings).toMatchObject([{ seenCount: 1, firstSeenAt: expect.any(Date), lastSeenAt: expect.any(Date) }]);
  expect(second.findings).toMatchObject([{ seenCount: 2, firstSeenAt: new Date('2026-01-02T03:04:05Z') }]);
});

test('the trash loses what fixes moved there long ago, and nothing else', async () => {
  await using store = await aStore(); // whose objects are all old
  for (const key of ['trash/12/sha256/aa/bb/x.jpg', 'trash/13/y', 'trash/gc/20260102T030405Z/z']) await store.files.put(key, '旧');

  const counted = await purgeTrash(store.target, { dryRun: true });
  const kept = await purgeTrash(store.target, { olderThanMs: Date.now() });
  const purged = await purgeTrash(store.target);

  expect([counted.objects, kept.objects, purged.objects]).toEqual([2, 0, 2]);
  expect((await gathered(store.files.list('trash/'))).map(({ key }) => key)).toEqual(['trash/gc/20260102T030405Z/z']);
});
