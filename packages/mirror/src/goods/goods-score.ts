import type { ImageRole } from '@1688/core';
import type { GoodsPicture } from '@1688/db';

const roleWeights: Readonly<Record<ImageRole, number>> = { main: 1, gallery: 0.9, sku: 0.8, description: 0.4 };

/**
 * How much one shared picture says that two products are the same goods, 0 to 1. A picture that many suppliers show (a size chart,
 * a notice, a shop sign) says little: the weight falls with the logarithm of their number, and is squared.
 * @param suppliers in all
 */
export function pictureWeight(picture: Pick<GoodsPicture, 'suppliers' | 'role' | 'otherRole' | 'distance'>, { suppliers, distance }: { readonly suppliers: number; readonly distance: number }): number {
  const all = Math.max(suppliers, picture.suppliers, 2);
  // Two suppliers are the least that a match takes: then a picture is as rare as it can be.
  const rarity = picture.suppliers <= 2 ? 1 : Math.log(1 + all / picture.suppliers) / Math.log(1 + all / 2);
  const closeness = 1 - picture.distance / (2 * distance + 2);
  return rarity ** 2 * closeness * Math.min(roleWeights[picture.role], roleWeights[picture.otherRole]);
}

/** Evidence that adds up: several weak signs make a stronger one, none makes more than 1. */
export function combined(weights: readonly number[]): number {
  return 1 - weights.reduce((doubt, weight) => doubt * (1 - weight), 1);
}
