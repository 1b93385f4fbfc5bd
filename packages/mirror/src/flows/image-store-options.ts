import { defaultRecipes, type AllowedAddress, type ImageStoreOptions, type Recipe } from '@1688/images';
import type { Mirror } from '../open-mirror.ts';

/** What is made of each picture: the variants of the configuration, or the usual two. */
export function recipesOf({ config }: Mirror): readonly Recipe[] {
  return config.file.variants ?? defaultRecipes;
}

/** The picture store of a mirror, with decoding in processes of its own unless the configuration says otherwise. */
export function imageStoreOptions(mirror: Mirror, { allow = [] }: { readonly allow?: readonly AllowedAddress[] } = {}): ImageStoreOptions {
  const { fetching = {} } = mirror.config.file;
  return { ...fetching, allow: [...(fetching.allow ?? []), ...allow], storage: mirror.storage, maxSizeBytes: mirror.config.values.MAX_FILE_SIZE, variants: recipesOf(mirror), decode: mirror.config.file.decode ?? 'child' };
}
