import { productImages, type ImageObject } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';
import { imageUrlOf } from './image-url.ts';
import { getImage } from './images.ts';

/** A stored picture with the offers that show it and its address. @throws NOT_FOUND */
export async function imageDetails(mirror: Mirror, sha256: string): Promise<Omit<ImageObject, 'thumbhash'> & { readonly thumbhash: string | null; readonly url: string; readonly offerIds: readonly string[] }> {
  const { file: _, thumbhash, ...image } = await getImage(mirror, sha256);
  const [url, offerIds] = await Promise.all([imageUrlOf(mirror, image.sha256), productImages(mirror.db).findOffers(image.sha256)]);
  return { ...image, thumbhash: thumbhash && Buffer.from(thumbhash).toString('base64'), url, offerIds };
}
