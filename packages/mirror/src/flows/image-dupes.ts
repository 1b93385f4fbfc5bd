import { SyncError, type FlowOptions } from '@1688/core';
import { imageSharing, type SharedImage } from '@1688/db';
import { groupAlike } from '../goods/picture-groups.ts';
import type { Mirror } from '../open-mirror.ts';

export interface FindDuplicatesOptions extends FlowOptions {
  /** True: pictures that look alike; false: pictures with the same bytes in several products. Default false. */
  readonly near?: boolean;
  /** Bits of 64 that may differ, 0 to 15. Default 6. */
  readonly distance?: number;
  /** Groups. Default 100. */
  readonly limit?: number;
}

/** Pictures that are the same, or look alike, and who shows them. */
export interface DuplicateGroup {
  readonly images: readonly SharedImage[];
  /** Offers and suppliers that show any of them; the former up to ten a picture. */
  readonly products: number;
  readonly suppliers: number;
  /** Bits between the two that differ most of those compared; 0 for the same bytes. */
  readonly distance: number;
}

/**
 * Duplicate pictures (重复图片), the largest groups first. The search for near ones is exact: it finds every pair within the distance.
 * It holds all perceptual hashes and their SHA-256 in memory, about 150 bytes a picture.
 */
export async function findDuplicates({ db }: Mirror, options: FindDuplicatesOptions = {}): Promise<readonly DuplicateGroup[]> {
  const { near = false, distance = 6, limit = 100 } = options;
  const sharing = imageSharing(db);
  if (!near) return (await sharing.listShared({ limit })).map((image) => ({ images: [image], products: image.products, suppliers: image.suppliers, distance: 0 }));
  if (!Number.isInteger(distance) || distance < 0 || distance > 15) throw new SyncError('ARGUMENT_INVALID', `Expected a distance of 0 to 15 bits, received ${distance}.`);
  const groups = (await groupAlike(sharing.hashes(), distance)).slice(0, limit);
  return Promise.all(groups.map(async ({ hashes, widest }): Promise<DuplicateGroup> => {
    const images = await sharing.describe(hashes);
    return { images, products: new Set(images.flatMap((each) => each.offerIds)).size, suppliers: Math.max(0, ...images.map((each) => each.suppliers)), distance: widest };
  }));
}
