import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { objectTarget, type TrashStep } from '../fix-step.ts';
import { isYoung } from '../merge.ts';
import { currentRow, hashInKey, objectScan, type ObjectPair } from '../object-scan.ts';

/** Where an object has no row; asked again before the copy and before the original goes. */
const trashStray: TrashStep = {
  kind: 'trash',
  name: 'trash',
  stillBroken: ({ session }, { target, facts }) => session.sql(
    "not exists (select from ? as o where (? = '' or o.sha256 = ?) and o.key = ?)",
    [session.named('image_objects'), facts['sha256'] ?? '', facts['sha256'] ?? '', target],
  ),
};

/** Objects that no row knows. Young ones are spared: an object is stored before its row. */
export const objectStray = defineCheck<ObjectPair>({
  id: 'object-stray',
  title: 'Files in the picture store that the database does not know',
  titleZh: '图片存储中的孤儿文件',
  severity: 'low',
  kind: 'store',
  needs: ['image_objects.state'],
  scan: objectScan,
  async judge(context, { key, row, object }) {
    if (row || !object || context.store.strayReason !== null || isYoung(object, context.graceMs)) return null;
    if (await currentRow(context.session, key)) return null;
    return fault('objects', key, { sizeBytes: object.sizeBytes, modifiedAt: object.modifiedAt.toISOString() }, { fixable: context.store.expectedId !== null });
  },
  fix: {
    action: 'trash',
    population: 'image_objects',
    takesAway: true,
    steps: [trashStray],
    plan: async (_, { id, evidence }) => [objectTarget('trash', id, { sha256: hashInKey(id) ?? '', foundBytes: String(evidence['sizeBytes']) })],
  },
});
