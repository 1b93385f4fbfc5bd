import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget, type Confirm } from '../fix-step.ts';
import { withSignal } from '../object-scan.ts';
import { recountedValues } from '../reference-count.ts';

const since = "interval '1 day'";

/** Taken back only while its file is whole; else there is nothing to come back to. */
const fileIsThere: Confirm = async ({ files, signal }, { facts }) => {
  const object = await files.head(facts['object'] ?? '', withSignal({ signal }));
  return String(object?.sizeBytes) === facts['sizeBytes'] ? null : 'its file is not there, or of another size';
};

/** Half a collection: marked as going, and nobody went on. It is taken back; the next collection marks it again if nothing shows it. */
export const objectDeleting = defineCheck({
  id: 'object-deleting',
  title: 'Pictures that have been about to be deleted for more than a day',
  titleZh: '图片长时间处于“删除中”状态',
  severity: 'medium',
  kind: 'sql',
  needs: ['image_objects.state', 'image_objects.unreferenced_at', 'product_images.sha256'],
  async *find({ session }) {
    const rows = session.stream<{ sha256: string; key: string; size: string; since: Date; pictured: boolean }>(session.sql(
      `select sha256, key, size_bytes::text as size, updated_at as since, width_px > 0 as pictured from ? where state = 'deleting' and updated_at < now() - ${since}`,
      [session.named('image_objects')],
    ));
    for await (const { sha256, key, size, since: at, pictured } of rows) yield fault('image_objects', sha256, { key, sizeBytes: size, since: at.toISOString() }, { key: { sha256 }, fixable: pictured });
  },
  fix: {
    action: 'take-back',
    population: 'image_objects',
    steps: [{
      kind: 'row',
      name: 'take-back',
      confirm: fileIsThere,
      values: ({ session }) => ({ state: session.sql("'live'"), ...recountedValues(session), updated_at: session.sql('now()') }),
      stillBroken: ({ session }) => session.sql(`t.state = 'deleting' and t.updated_at < now() - ${since}`),
    }],
    plan: async (_, { key, evidence }) => [rowTarget('take-back', 'image_objects', key, { object: String(evidence['key']), sizeBytes: String(evidence['sizeBytes']) })],
  },
});
