import type { MadeVariant } from './decoder.ts';
import type { FetchedImage } from './fetch-once.ts';
import { openFetcher, type FetcherOptions, type FetchOptions } from './fetcher.ts';
import { usualFormats } from './image-format.ts';
import { inlineDecoder } from './inline-decoder.ts';
import { checkRecipes, type Recipe } from './recipe.ts';

/** Fetches bytes from a public address; for many, open one fetcher. Whether they are a picture is not looked at. */
export async function fetchImage(url: string, { signal, ...options }: FetcherOptions & FetchOptions = {}): Promise<FetchedImage> {
  await using fetcher = openFetcher(options);
  return await fetcher.fetch(url, signal ? { signal } : {});
}

/** Variants of a picture that is here, decoded in this process. @throws see `Decoder` */
export async function makeVariants(bytes: Uint8Array, recipes: readonly Recipe[], options: FetchOptions = {}): Promise<readonly MadeVariant[]> {
  return (await inlineDecoder({ formats: usualFormats }).decode(bytes, checkRecipes(recipes), options)).variants;
}
