import { isSyncError, SyncError, type ErrorCode } from '@1688/core';
import { collectBytes } from '@1688/storage';
import { defineCheck, type Check, type CheckContext } from './check.ts';
import { fault, unjudged } from './finding.ts';
import { rowTarget } from './fix-step.ts';
import { currentRow, hashInKey, objectScan, withSignal, type ObjectPair } from './object-scan.ts';
import { planRefetch, refetchSteps } from './refetch.ts';

/** What decoding tells of a picture. */
export interface PictureFacts {
  readonly format: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** @throws a SyncError with a code IMAGE_… for bytes that are no whole picture; what else it throws is unknown, never damage */
export type DecodePicture = (bytes: Uint8Array) => Promise<PictureFacts>;

/** What these say is about the bytes; a decoder that crashed or was too slow says nothing. */
const damage: ReadonlySet<ErrorCode> = new Set(['IMAGE_TYPE', 'IMAGE_EMPTY', 'IMAGE_TRUNCATED', 'IMAGE_CORRUPT', 'IMAGE_PIXELS', 'IMAGE_FRAMES']);

type Looked = { readonly facts: PictureFacts } | { readonly code: ErrorCode; readonly reason: string } | null;

/**
 * Checks that decode every stored picture; they run only with `deep`. Give them to `check` behind `allChecks`. Each picture is
 * decoded once for both.
 */
export function pictureChecks(decode: DecodePicture): readonly Check[] {
  const look = lookOnce(decode);
  const undecodable = defineCheck<ObjectPair>({
    id: 'object-undecodable',
    title: 'Stored pictures that are cut, or no pictures at all',
    titleZh: '图片无法解码（截断、损坏或并非图片）',
    severity: 'high',
    kind: 'store',
    deep: true,
    needs: ['image_objects.state', 'product_images.sha256'],
    scan: objectScan,
    async judge(context, pair) {
      const looked = await look(context, pair);
      if (!looked || 'facts' in looked || !pair.row) return null;
      const { code, reason } = looked;
      return damage.has(code) ? fault('image_objects', pair.row.sha256, { key: pair.key, code, foundSha256: pair.row.sha256 }) : unjudged(pair.key, code, reason);
    },
    fix: {
      action: 'refetch',
      population: 'image_objects',
      steps: refetchSteps,
      plan: (context, { id, evidence }) => planRefetch(context, id, String(evidence['key']), { foundSha256: String(evidence['foundSha256']) }),
    },
  });
  return [undecodable, pictureFacts(look)];
}

function pictureFacts(look: (context: CheckContext, pair: ObjectPair) => Promise<Looked>): Check {
  return defineCheck<ObjectPair>({
    id: 'picture-facts',
    title: 'Pictures whose recorded size or format is not that of their pixels',
    titleZh: '记录的图片尺寸或格式与实际不符',
    severity: 'low',
    kind: 'store',
    deep: true,
    needs: ['image_objects.width_px', 'image_objects.format', 'image_objects.state'],
    scan: objectScan,
    async judge(context, pair) {
      const looked = await look(context, pair);
      if (!looked || !('facts' in looked) || !pair.row) return null;
      const { sha256 } = pair.row;
      const [row] = await context.session.rows<{ format: string; width: number; height: number }>(context.session.sql(
        'select format, width_px as width, height_px as height from ? where sha256 = ?', [context.session.named('image_objects'), sha256],
      ));
      const { format, widthPx, heightPx } = looked.facts;
      if (!row || (row.format === format && row.width === widthPx && row.height === heightPx)) return null;
      return fault('image_objects', sha256, { key: pair.key, recorded: `${row.format} ${row.width}×${row.height}`, format, widthPx, heightPx }, { key: { sha256 } });
    },
    fix: {
      action: 'correct',
      population: 'image_objects',
      steps: [{
        kind: 'row',
        name: 'correct-facts',
        values: ({ session }, { facts }) => ({
          format: session.sql('?', [facts['format'] ?? '']), width_px: session.sql('?::integer', [facts['widthPx'] ?? '']), height_px: session.sql('?::integer', [facts['heightPx'] ?? '']), updated_at: session.sql('now()'),
        }),
        stillBroken: ({ session }, { facts }) => session.sql(
          "t.state = 'live' and (t.format, t.width_px, t.height_px) <> (?, ?::integer, ?::integer)", [facts['format'] ?? '', facts['widthPx'] ?? '', facts['heightPx'] ?? ''],
        ),
      }],
      plan: async (_, { key, evidence }) => [rowTarget('correct-facts', 'image_objects', key, { format: String(evidence['format']), widthPx: String(evidence['widthPx']), heightPx: String(evidence['heightPx']) })],
    },
  });
}

/** The last picture is kept in mind: the checks of one pass ask for each in turn. */
function lookOnce(decode: DecodePicture): (context: CheckContext, pair: ObjectPair) => Promise<Looked> {
  let last: { readonly pair: ObjectPair; readonly looked: Looked } | null = null;
  return async (context, pair) => {
    if (last?.pair !== pair) last = { pair, looked: await decoded(decode, context, pair) };
    return last.looked;
  };
}

async function decoded(decode: DecodePicture, context: CheckContext, { key, row, object }: ObjectPair): Promise<Looked> {
  // Bytes of another length or hash are told by other checks; a key that names no hash may be anything.
  if (row?.state !== 'live' || !object || Number(row.size_bytes) !== object.sizeBytes || hashInKey(key) !== row.sha256) return null;
  context.budget.spend(object.sizeBytes);
  const { body } = await context.files.get(key, withSignal(context));
  const bytes = await collectBytes(body);
  try {
    return { facts: await decode(bytes) };
  } catch (error) {
    if (!isSyncError(error)) throw new SyncError('FEATURE_UNAVAILABLE', `The decoder threw something of its own: ${String(error)}`, { cause: error });
    if (!damage.has(error.code)) return { code: error.code, reason: error.message };
    const now = await currentRow(context.session, key);
    return now?.state === 'live' && await isWhole(bytes, row.sha256) ? { code: error.code, reason: error.message } : null;
  }
}

/** Rotten bytes are told by `object-corrupt`; here the picture was bad when it came. */
async function isWhole(bytes: Uint8Array, sha256: string): Promise<boolean> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Buffer.from(digest).toString('hex') === sha256;
}
