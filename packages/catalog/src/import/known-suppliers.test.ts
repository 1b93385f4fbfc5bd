import { emptySupplier, mergeSupplier, markOf } from '@1688/db';
import { expect, test } from 'vitest';
import { knownSuppliers, type FoldedSupplier } from './known-suppliers.ts';

const memberId = { kind: 'memberId' as const, value: 'b2b-1' };
const loginId = { kind: 'loginId' as const, value: '云裳服饰' };
const monday = new Date('2026-11-23T00:00:00Z');
const tuesday = new Date('2026-11-24T00:00:00Z');

function told(fields: Record<string, string>, { at = monday, aliases = [memberId] as FoldedSupplier['aliases'] } = {}): FoldedSupplier {
  return { sourceId: 'b2b-1', aliases, tellings: [{ fields, observedAt: at, mark: markOf(at, 'detail') }] };
}

function remembering(): ReturnType<typeof knownSuppliers> {
  const known = knownSuppliers();
  const state = told({ name: '云裳' }).tellings.reduce(mergeSupplier, { ...emptySupplier('b2b-1'), id: '7' });
  known.remember([{ sourceId: 'b2b-1', aliases: [memberId], state }]);
  return known;
}

test('a supplier is known when nothing new is told of it, or something older', () => {
  const known = remembering();

  expect(known.find(told({ name: '云裳' }))).toMatchObject({ id: '7' });
  expect(known.find(told({ name: '旧名' }, { at: new Date('2026-11-22T00:00:00Z') }))).toMatchObject({ id: '7' });
});

test.each([
  ['another name', told({ name: '新名' })],
  ['the same at a later time', told({ name: '云裳' }, { at: tuesday })],
  ['a field that was never told', told({ name: '云裳', city: '杭州' })],
  ['another alias', told({ name: '云裳' }, { aliases: [memberId, loginId] })],
  ['another supplier', { ...told({ name: '云裳' }), sourceId: 'b2b-2' }],
])('%s has to be looked up', (_, news) => {
  expect(remembering().find(news)).toBeUndefined();
});

test('what is forgotten has to be looked up', () => {
  const known = remembering();

  known.forget();

  expect(known.find(told({ name: '云裳' }))).toBeUndefined();
});

test('the ten thousand that were met last are remembered', () => {
  const known = remembering();

  known.remember(Array.from({ length: 10_000 }, (_, index) => ({ sourceId: `other-${index}`, aliases: [], state: emptySupplier(`other-${index}`) })));

  expect(known.find(told({ name: '云裳' }))).toBeUndefined();
  expect(known.find({ sourceId: 'other-0', aliases: [], tellings: [] })).toMatchObject({ sourceId: 'other-0' });
});
