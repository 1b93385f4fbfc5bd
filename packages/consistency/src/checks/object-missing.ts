import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { currentRow, objectScan, withSignal, type ObjectPair } from '../object-scan.ts';
import { planRefetch, refetchSteps } from '../refetch.ts';

/** The database says that a picture is stored, the store says that it is not. */
export const objectMissing = defineCheck<ObjectPair>({
  id: 'object-missing',
  title: 'Stored pictures whose file is missing',
  titleZh: '图片文件缺失',
  severity: 'critical',
  kind: 'store',
  needs: ['image_objects.state', 'product_images.sha256'],
  scan: objectScan,
  async judge(context, { key, row, object }) {
    if (row?.state !== 'live' || object) return null;
    // Both are asked again: a pull may have stored or removed the picture while the listing ran.
    const [now, stored] = [await currentRow(context.session, key), await context.files.head(key, withSignal(context))];
    if (now?.state !== 'live' || stored) return null;
    return fault('image_objects', row.sha256, { key, sizeBytes: Number(row.size_bytes) });
  },
  fix: {
    action: 'refetch',
    population: 'image_objects',
    steps: refetchSteps,
    plan: (context, { id, evidence }) => planRefetch(context, id, String(evidence['key']), null),
  },
});
