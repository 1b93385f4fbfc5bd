import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';
import { recount } from '../reference-count.ts';

/** A count that is too low lets a picture in use be collected; one that is too high keeps it for ever. */
export const referenceCount = defineCheck({
  id: 'reference-count',
  title: 'Pictures whose reference count differs from their real use',
  titleZh: '图片引用计数不符',
  severity: 'high',
  kind: 'sql',
  needs: ['image_objects.reference_count', 'product_images.sha256'],
  async *find({ session }) {
    const rows = session.stream<{ sha256: string; recorded: string; actual: string }>(session.sql(
      `select o.sha256, o.reference_count::text as recorded, coalesce(used.count, 0)::text as actual
       from ? as o left join (select sha256, count(*) as count from ? where sha256 is not null and deleted_at is null group by sha256) as used using (sha256)
       where o.reference_count <> coalesce(used.count, 0)`,
      [session.named('image_objects'), session.named('product_images')],
    ));
    for await (const { sha256, recorded, actual } of rows) yield fault('image_objects', sha256, { recorded, actual }, { key: { sha256 } });
  },
  fix: {
    action: 'recount',
    population: 'image_objects',
    steps: [recount],
    plan: async (_, { key }) => [rowTarget('recount', 'image_objects', key)],
  },
});
