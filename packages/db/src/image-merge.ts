import type { ImageRole } from '@1688/core';
import type { ListMerge } from './field-merge.ts';
import type { PositionedImage } from './product-image-list.ts';
import type { ProductImageState } from './product-state.ts';
import { imageRoleMark, isListed, slots } from './told-times.ts';

/**
 * A picture is shown while the last list of its role has it. A detail document lists all roles; a list row shows a few pictures, which
 * stand for their roles, and for all of them as long as no detail document is known.
 */
export function mergeImages(stored: readonly ProductImageState[], told: readonly PositionedImage[], merge: ListMerge): readonly ProductImageState[] {
  const { mark } = merge;
  const named = new Map(told.map((image) => [keyOf(image), image]));
  const tellsRole = rolesOf(told, merge);
  const shown = (role: ImageRole, lastTold: number): boolean => isListed(lastTold, imageRoleMark(merge.told, role));
  const merged = stored.map((image): ProductImageState => {
    const telling = named.get(keyOf(image));
    named.delete(keyOf(image));
    const accepted = telling !== undefined && !(mark < image.told);
    // Of two lists of one moment the later one counts, and lacks this picture.
    const dropped = !telling && image.told === mark && tellsRole(image.role);
    const lastTold = accepted ? mark : dropped ? Number.NaN : image.told;
    const deleted = !shown(image.role, lastTold);
    const { url, position } = accepted ? telling : image;
    const same = Object.is(lastTold, image.told) && deleted === image.deleted && url === image.url && position === image.position;
    return same ? image : { ...image, url, position, told: lastTold, deleted };
  });
  for (const image of named.values()) merged.push({ id: null, ...image, told: mark, deleted: !shown(image.role, mark) });
  const same = merged.length === stored.length && merged.every((image, index) => image === stored[index]);
  return same ? stored : merged;
}

/** Tells of which roles this list is the last one. */
function rolesOf(images: readonly PositionedImage[], { teller, mark, told }: ListMerge): (role: ImageRole) => boolean {
  const whole = teller === 'detail' || teller === 'caller' || (teller === 'list' && Number.isNaN(told[slots.imagesByDetail]!));
  const roles = new Set(images.map(({ role }) => role));
  return (role) => imageRoleMark(told, role) === mark && (whole || roles.has(role));
}

function keyOf(image: PositionedImage): string {
  return `${image.role} ${image.canonicalUrl}`;
}
