import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { currentRow, objectScan, withSignal, type ObjectPair } from '../object-scan.ts';
import { planRefetch, refetchSteps } from '../refetch.ts';

/** An object of another length than the database knows: cut, empty, or overwritten. */
export const objectSize = defineCheck<ObjectPair>({
  id: 'object-size',
  title: 'Stored pictures whose file has another size than recorded',
  titleZh: '图片文件大小不符',
  severity: 'high',
  kind: 'store',
  needs: ['image_objects.state', 'product_images.sha256'],
  scan: objectScan,
  async judge(context, { key, row, object }) {
    if (row?.state !== 'live' || !object || Number(row.size_bytes) === object.sizeBytes) return null;
    const [now, stored] = [await currentRow(context.session, key), await context.files.head(key, withSignal(context))];
    if (now?.state !== 'live' || !stored || Number(now.size_bytes) === stored.sizeBytes) return null;
    return fault('image_objects', row.sha256, { key, sizeBytes: Number(now.size_bytes), foundBytes: stored.sizeBytes });
  },
  fix: {
    action: 'refetch',
    population: 'image_objects',
    steps: refetchSteps,
    plan: (context, { id, evidence }) => planRefetch(context, id, String(evidence['key']), { foundBytes: String(evidence['foundBytes']) }),
  },
});
