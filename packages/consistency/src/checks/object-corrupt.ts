import { defineCheck } from '../check.ts';
import { hashObject } from '../object-bytes.ts';
import { fault } from '../finding.ts';
import { currentRow, objectScan, type ObjectPair } from '../object-scan.ts';
import { planRefetch, refetchSteps } from '../refetch.ts';

/** Reads every byte: an object whose SHA-256 is not its name has rotted or was replaced. */
export const objectCorrupt = defineCheck<ObjectPair>({
  id: 'object-corrupt',
  title: 'Stored pictures whose bytes do not give their hash',
  titleZh: '图片文件内容损坏（哈希不符）',
  severity: 'critical',
  kind: 'store',
  deep: true,
  needs: ['image_objects.state', 'product_images.sha256'],
  scan: objectScan,
  async judge(context, { key, row, object }) {
    // A wrong size is told by `object-size`; the bytes need not be read for that.
    if (row?.state !== 'live' || !object || Number(row.size_bytes) !== object.sizeBytes) return null;
    context.budget.spend(object.sizeBytes);
    const found = await hashObject(context.files, key, context.signal);
    if (found === null || found.sha256 === row.sha256) return null;
    const now = await currentRow(context.session, key);
    return now?.state === 'live' ? fault('image_objects', row.sha256, { key, foundSha256: found.sha256 }) : null;
  },
  fix: {
    action: 'refetch',
    population: 'image_objects',
    steps: refetchSteps,
    plan: (context, { id, evidence }) => planRefetch(context, id, String(evidence['key']), { foundSha256: String(evidence['foundSha256']) }),
  },
});
