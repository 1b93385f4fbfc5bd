import { describe, expect, test } from 'vitest';
import { allChecks, applyFixes, check, planFixes, undoFixes, type Report } from '../src/index.ts';
import { aStore, contentOf, type AStore } from './a-store.ts';
import { damages, type Damage } from './damages.ts';

/** One whose damage the picture store itself does: file-store.test.ts and guards.test.ts. */
const elsewhere = ['store-unavailable'];

test('every check has a seeded damage, and every fix one that it mends', () => {
  const seeded = new Set(damages.map(({ check: id }) => id));
  const mended = new Set(damages.filter((each) => each.mended).map(({ check: id }) => id));

  expect(allChecks.map(({ id }) => id).filter((id) => !seeded.has(id) && !elsewhere.includes(id))).toEqual([]);
  expect(allChecks.filter(({ fix }) => fix !== null).map(({ id }) => id).filter((id) => !mended.has(id))).toEqual([]);
});

describe.concurrent('a seeded damage', () => {
  for (const damage of damages) {
    test(`${damage.name} is found by ${damage.check}${damage.mended ? ', mended, and taken back' : ''}`, async () => {
      await using store = await aStore();
      await damage.seed(store);

      const report = await check(store.target, { deep: damage.deep ?? false, graceMs: 0 });

      expect(countOf(report, damage)).toBe(damage.count);
      expect(report.unknown).toBe(0);
      if (damage.mended) await mendAndTakeBack(store, damage, report);
      else expect((await planFixes(store.target, report, { only: [damage.check] })).actions).toEqual([]);
    });
  }
});

async function mendAndTakeBack(store: AStore, damage: Damage, report: Report): Promise<void> {
  const damaged = await contentOf(store);
  const plan = await planFixes(store.target, report);
  expect(await contentOf(store)).toBe(damaged); // a plan is a dry run

  const run = await applyFixes(store.target, plan);
  expect(run.actions.filter(({ done }) => !done)).toEqual([]);
  const after = await check(store.target, { deep: damage.deep ?? false, graceMs: 0 });
  expect(after.findings).toEqual([]);

  const second = await applyFixes(store.target, await planFixes(store.target, after));
  expect(second.actions).toEqual([]);
  const repeated = await applyFixes(store.target, plan);
  expect(repeated.actions.filter(({ done }) => done)).toEqual([]);

  const undone = await undoFixes(store.target, run.id);
  const expected = plan.actions.filter(({ action }) => action === 'advance-sequence').length; // a sequence never goes back
  expect(undone.conflicts).toHaveLength(expected);
  expect(await contentOf(store)).toBe(damaged);
}

function countOf({ findings }: Report, damage: Damage): number {
  return findings.filter(({ check: id }) => id === damage.check).reduce((sum, { count }) => sum + count, 0);
}
