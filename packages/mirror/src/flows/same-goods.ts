import { SyncError } from '@1688/core';
import { imageDecisions, imageSharing, products, type GoodsPicture, type ImageDecision } from '@1688/db';
import { combined, pictureWeight } from '../goods/goods-score.ts';
import type { Mirror } from '../open-mirror.ts';

export interface FindSameGoodsOptions {
  /** Bits of 64 that may differ, 0 to 15. Default 6. */
  readonly distance?: number;
  /** Default 20. */
  readonly limit?: number;
  /** Least score, 0 to 1. Default 0.3. */
  readonly minScore?: number;
  /** Also offers that were decided to be different. Default false. */
  readonly all?: boolean;
}

/** A product of another supplier that is, or seems to be, the same goods (同款). */
export interface SameGoods {
  readonly offerId: string;
  readonly title: string;
  readonly supplierId: string | null;
  readonly supplierName: string | null;
  readonly priceMinCny: string | null;
  readonly priceMaxCny: string | null;
  /** 0 to 1, or 1 for what a person decided. */
  readonly score: number;
  readonly decision: ImageDecision['decision'] | null;
  /** Pictures that both show, the most telling first. */
  readonly pictures: readonly { readonly sha256: string; readonly otherSha256: string; readonly distance: number; readonly suppliers: number; readonly weight: number }[];
}

/** Pictures of more suppliers than this are left out before anything is weighed. */
const stopSuppliers = 200;

/**
 * Same goods at other suppliers, by pictures that are equal or nearly so, best first. Decisions made before come first.
 * @throws NOT_FOUND
 */
export async function findSameGoods({ db }: Mirror, offerId: string, options: FindSameGoodsOptions = {}): Promise<readonly SameGoods[]> {
  const { distance = 6, limit = 20, minScore = 0.3, all = false } = options;
  if (!Number.isInteger(distance) || distance < 0 || distance > 15) throw new SyncError('ARGUMENT_INVALID', `Expected a distance of 0 to 15 bits, received ${distance}.`);
  if (!(await products(db).find(offerId))) throw new SyncError('NOT_FOUND', `Expected an offer with the id ${JSON.stringify(offerId)}, found none.`);
  const sharing = imageSharing(db);
  const suppliers = await sharing.countSuppliers();
  const decisions = new Map((await imageDecisions(db).list(offerId)).map((each) => [each.otherOfferId, each]));
  const found = Map.groupBy(await sharing.goodsLike(offerId, { distance, stopSuppliers }), (picture) => picture.offerId);
  const scored = [...found.values()].map((pictures) => toSameGoods(pictures, decisions.get(pictures[0]!.offerId)?.decision ?? null, { suppliers, distance }));
  for (const { otherOfferId, decision } of decisions.values()) if (!found.has(otherOfferId)) scored.push(...await decidedAlone({ db }, otherOfferId, decision));
  return scored
    .filter((each) => (each.decision === 'different' ? all : each.decision === 'same' || each.score >= minScore))
    .toSorted((a, b) => Number(b.decision === 'same') - Number(a.decision === 'same') || b.score - a.score || b.pictures.length - a.pictures.length || (a.offerId < b.offerId ? -1 : 1))
    .slice(0, limit);
}

/** What a person says of two offers is remembered; null forgets it. @throws NOT_FOUND, ARGUMENT_INVALID */
export async function decideSameGoods({ db }: Mirror, decision: { readonly offerId: string; readonly otherOfferId: string; readonly decision: ImageDecision['decision'] | null; readonly note?: string | undefined }): Promise<void> {
  const { offerId, otherOfferId } = decision;
  if (decision.decision === null) await imageDecisions(db).forget(offerId, otherOfferId);
  else await imageDecisions(db).decide({ offerId, otherOfferId, decision: decision.decision, note: decision.note ?? null });
}

function toSameGoods(pictures: readonly GoodsPicture[], decision: SameGoods['decision'], about: { suppliers: number; distance: number }): SameGoods {
  const [{ offerId, title, supplierId, supplierName, priceMinCny, priceMaxCny }] = pictures as [GoodsPicture];
  const weighed = bestPairs(pictures.map((picture) => ({ ...picture, weight: pictureWeight(picture, about) })));
  const score = decision === null ? combined(weighed.map(({ weight }) => weight)) : decision === 'same' ? 1 : 0;
  return {
    offerId, title, supplierId, supplierName, priceMinCny, priceMaxCny, score: Math.round(score * 1_000) / 1_000, decision,
    pictures: weighed.map(({ sha256, otherSha256, distance, suppliers, weight }) => ({ sha256, otherSha256, distance, suppliers, weight: Math.round(weight * 1_000) / 1_000 })),
  };
}

/** Each picture of either side counts once, with its best match. */
function bestPairs<Pair extends { sha256: string; otherSha256: string; weight: number }>(pairs: readonly Pair[]): Pair[] {
  const used = new Set<string>();
  return pairs.toSorted((a, b) => b.weight - a.weight).filter(({ sha256, otherSha256 }) => {
    if (used.has(`ours ${sha256}`) || used.has(`theirs ${otherSha256}`)) return false;
    used.add(`ours ${sha256}`).add(`theirs ${otherSha256}`);
    return true;
  });
}

async function decidedAlone({ db }: Pick<Mirror, 'db'>, offerId: string, decision: ImageDecision['decision']): Promise<SameGoods[]> {
  const product = await products(db).find(offerId);
  if (!product) return [];
  const { title, supplier, priceMinCny = null, priceMaxCny = null } = product;
  return [{
    offerId, title, supplierId: supplier?.sourceId ?? null, supplierName: supplier?.companyName ?? supplier?.name ?? null, priceMinCny, priceMaxCny,
    score: decision === 'same' ? 1 : 0, decision, pictures: [],
  }];
}
