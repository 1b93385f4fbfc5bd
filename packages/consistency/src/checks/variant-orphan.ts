import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { objectTarget, type TrashStep } from '../fix-step.ts';
import { isYoung } from '../merge.ts';
import type { Session, Sql } from '../session.ts';
import { variantScan, type VariantPair } from '../variant-scan.ts';

const trashVariant: TrashStep = {
  kind: 'trash',
  name: 'trash',
  stillBroken: ({ session }, { facts, target }) => originalIsUnknown(session, facts['sha256'] ?? '', target),
};

/** A variant whose original no row knows. One that is merely not recorded is left alone. */
export const variantOrphan = defineCheck<VariantPair>({
  id: 'variant-orphan',
  title: 'Picture variants whose original the database does not know',
  titleZh: '原图已不存在的孤儿衍生图',
  severity: 'low',
  kind: 'store',
  needs: ['image_objects.sha256', 'image_variants.key'],
  scan: variantScan,
  async judge({ session, store, graceMs }, { key, row, object }) {
    if (row || !object || store.strayReason !== null || isYoung(object, graceMs)) return null;
    const [answer] = await session.rows<{ orphan: boolean }>(session.sql('select ? as orphan', [originalIsUnknown(session, originalOf(key), key)]));
    return answer?.orphan ? fault('objects', key, { sizeBytes: object.sizeBytes, modifiedAt: object.modifiedAt.toISOString() }, { fixable: store.expectedId !== null }) : null;
  },
  fix: {
    action: 'trash',
    population: 'image_variants',
    takesAway: true,
    steps: [trashVariant],
    plan: async (_, { id, evidence }) => [objectTarget('trash', id, { sha256: originalOf(id), foundBytes: String(evidence['sizeBytes']) })],
  },
});

/** The hash of the original, by which a variant is named, or ''. */
function originalOf(key: string): string {
  return /\/([0-9a-f]{64})\.[^/]+$/.exec(key)?.[1] ?? '';
}

function originalIsUnknown(session: Session, sha256: string, key: string): Sql {
  return session.sql(
    'not exists (select from ? as o where o.sha256 = ?) and not exists (select from ? as v where v.sha256 = ? and v.key = ?)',
    [session.named('image_objects'), sha256, session.named('image_variants'), sha256, key],
  );
}
