import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { objectTarget, rowTarget, type CopyStep, type RowStep, type StepContext, type TrashStep, type ActionTarget } from '../fix-step.ts';
import { hashInKey, objectScan, withSignal, type ObjectPair } from '../object-scan.ts';
import type { Sql } from '../session.ts';

function standsAt({ session }: StepContext, key: string, { facts }: ActionTarget): Sql {
  return session.sql("exists (select from ? as o where o.sha256 = ? and o.key = ? and o.state = 'live')", [session.named('image_objects'), facts['sha256'] ?? '', key]);
}

const copy: CopyStep = { kind: 'copy', name: 'copy-to-place', stillBroken: (context, action) => standsAt(context, action.target, action) };

const switchKey: RowStep = {
  kind: 'row',
  name: 'switch-key',
  async confirm({ files, signal }, { facts }) {
    const object = await files.head(facts['to'] ?? '', withSignal({ signal }));
    return String(object?.sizeBytes) === facts['sizeBytes'] ? null : 'its copy is not in place';
  },
  values: ({ session }, { facts }) => ({ key: session.sql('?', [facts['to'] ?? '']), updated_at: session.sql('now()') }),
  stillBroken: ({ session }, { facts }) => session.sql("t.state = 'live' and t.key = ?", [facts['object'] ?? '']),
};

const trashOld: TrashStep = {
  kind: 'trash',
  name: 'trash-old',
  stillBroken: (context, action) => context.session.sql(
    '? and not exists (select from ? as o where o.key = ?)', [standsAt(context, action.facts['to'] ?? '', action), context.session.named('image_objects'), action.target],
  ),
};

/** A picture under a key that its hash does not give: it is found through its row alone, and listings in order pass it by. */
export const objectMisplaced = defineCheck<ObjectPair>({
  id: 'object-misplaced',
  title: 'Stored pictures whose key is not made from their hash',
  titleZh: '图片存储键与哈希不符',
  severity: 'medium',
  kind: 'store',
  needs: ['image_objects.state', 'image_objects.key'],
  scan: objectScan,
  async judge(_, { key, row, object }) {
    if (row?.state !== 'live' || !object || hashInKey(key) === row.sha256) return null;
    return fault('image_objects', row.sha256, { key, expectedKey: placeOf(row.sha256, key), sizeBytes: object.sizeBytes }, { key: { sha256: row.sha256 } });
  },
  fix: {
    action: 'move',
    population: 'image_objects',
    steps: [copy, switchKey, trashOld],
    async plan(_, { id: sha256, key, evidence }) {
      const facts = { sha256, object: String(evidence['key']), to: String(evidence['expectedKey']), sizeBytes: String(evidence['sizeBytes']) };
      return [objectTarget('copy-to-place', facts.object, facts), rowTarget('switch-key', 'image_objects', key, facts), objectTarget('trash-old', facts.object, facts)];
    },
  },
});

function placeOf(sha256: string, key: string): string {
  const ending = /\.[A-Za-z0-9]+$/.exec(key)?.[0] ?? '';
  return `sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}${ending}`;
}
