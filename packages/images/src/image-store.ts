import { absoluteImageUrl, canonicalImageUrl, isSyncError, SyncError, type Outcome } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { childDecoder } from './child-decoder.ts';
import { completeAll } from './complete-all.ts';
import type { DecodeLimits, Decoder } from './decoder.ts';
import type { FetchedImage } from './fetch-once.ts';
import { openFetcher, type Fetcher, type FetcherOptions, type FetchOptions } from './fetcher.ts';
import { addressesToTry } from './image-url.ts';
import { possibleVariantKeys, readChecked, writeOriginal, writeVariants } from './image-files.ts';
import { contentTypeOf, extensionOf, imageFormats, sniffFormat, usualFormats, type ImageFormat } from './image-format.ts';
import { parseOriginalKey } from './image-key.ts';
import { inlineDecoder } from './inline-decoder.ts';
import { checkRecipes, defaultRecipes, type Recipe } from './recipe.ts';
import type { KnownVersion } from './request-headers.ts';
import { singleFlight } from './single-flight.ts';
import type { StoredImage, StoredVariant } from './stored-image.ts';
import { strippableFormats, stripMetadata } from './strip-metadata.ts';
import { structureDecoder } from './structure-decoder.ts';

/** How pictures are fetched, kept and made smaller; see `FetcherOptions` for the first. */
export interface ImageStoreOptions extends FetcherOptions {
  readonly storage: StorageBackend;
  /** What is made of each picture. Default `defaultRecipes`: `thumbnail` and `compressed`. */
  readonly variants?: readonly Recipe[];
  /** Where browsers find the storage: `url()` then gives `<baseUrl>/<key>`. Default: paths of our own server. */
  readonly cdn?: { readonly baseUrl: string };
  /**
   * `child` decodes in processes that may die without taking this one along. `none` decodes nothing, for machines on which sharp does
   * not run: originals are checked for their structure only, and have no variants, hashes or placeholders. Default `inline`.
   */
  readonly decode?: 'inline' | 'child' | 'none';
  /** Stores originals without EXIF, GPS, XMP and comments; pixels stay as they are (see `stripMetadata`). Not for AVIF. Default false: byte for byte as fetched. */
  readonly stripMetadata?: boolean;
  /** Formats that are accepted. Default JPEG, PNG, WebP, GIF; AVIF on request. */
  readonly formats?: readonly ImageFormat[];
}

export interface DownloadAllOptions extends FetchOptions {
  /** Downloads at once, 1 to 64. Default 8; a host gets at most 4 of them. */
  readonly concurrency?: number;
}

/** Enough of a picture to name its files. */
export type ImageReference = Pick<StoredImage, 'key' | 'sha256'> & { readonly variants?: readonly Pick<StoredVariant, 'recipe' | 'key' | 'sha256' | 'format'>[] };

/** Pictures in a storage: fetched safely, decoded in full, stored once, with their variants. */
export interface ImageStore extends AsyncDisposable {
  /** Fetches a picture and stores it. Many callers with one address at once cause one download. */
  download(url: string, options?: FetchOptions): Promise<StoredImage>;
  /** Asks the origin whether a picture has changed. @returns null when it has not, else the new one, stored */
  refresh(url: string, known: KnownVersion, options?: FetchOptions): Promise<StoredImage | null>;
  /** Downloads many and yields each as soon as it is done or has failed. @throws ABORTED */
  downloadAll(urls: Iterable<string> | AsyncIterable<string>, options?: DownloadAllOptions): AsyncIterable<Outcome<StoredImage, string>>;
  /** Stores bytes that are here already. */
  add(bytes: Uint8Array, options?: FetchOptions): Promise<StoredImage>;
  /** Address of the original or a variant. @throws NOT_FOUND when the picture has no such variant */
  url(image: ImageReference, variant?: string): string;
  /** Reads the original, and the variants named in `image`, and compares them with their hashes. @throws STORAGE_OBJECT_MISSING, STORAGE_CORRUPT */
  verify(image: ImageReference | string, options?: FetchOptions): Promise<void>;
  /** Makes the variants of a stored original anew. */
  variants(image: ImageReference | string, options?: FetchOptions): Promise<readonly StoredVariant[]>;
  /** Deletes an original and its variants; what is absent is no error. Whoever else shows the same bytes loses them too. */
  delete(image: ImageReference | string, options?: FetchOptions): Promise<void>;
  close(): Promise<void>;
}

/** @throws ARGUMENT_INVALID, CONFIG_INVALID, CONFIG_UNSAFE */
export async function openImageStore(options: ImageStoreOptions): Promise<ImageStore> {
  const { storage, variants = defaultRecipes, cdn, decode = 'inline', stripMetadata: strips = false, formats = usualFormats, ...fetching } = options;
  const recipes = checkRecipes(variants);
  if (strips) checkStrippable(formats);
  const fetcher = openFetcher(fetching);
  const decoder = decoders[decode]({ formats });
  const flights = singleFlight<Omit<StoredImage, 'sourceUrl'>>();

  async function store(received: Uint8Array, { contentType, ...marks }: FetchedMarks, given: FetchOptions): Promise<Omit<StoredImage, 'sourceUrl'>> {
    const bytes = strips && sniffFormat(received) !== null ? stripMetadata(received) : received;
    const { variants: made, ...facts } = await decoder.decode(bytes, recipes, given);
    const written = await writeOriginal(storage, bytes, facts, given);
    const stored = await writeVariants(storage, written.sha256, made, given);
    return { ...written, ...facts, contentType: contentTypeOf(facts.format), mislabelledAs: otherType(contentType, facts.format), sizeBytes: bytes.length, variants: stored, ...marks };
  }

  async function fetchAndStore(url: string, given: FetchOptions): Promise<Omit<StoredImage, 'sourceUrl'>> {
    for (let attempt = 1; ; attempt += 1) {
      const { bytes, etag, lastModified, contentType } = await fetchFirstFound(fetcher, url, given);
      try {
        return await store(bytes, { etag, lastModified, contentType }, given);
      } catch (error) {
        // A connection that was cut without a word is seen only here; once more, then it is the origin's file that is short.
        if (!isSyncError(error) || error.code !== 'IMAGE_TRUNCATED' || attempt === 2) throw error;
      }
    }
  }

  const download = async (url: string, { signal }: FetchOptions = {}): Promise<StoredImage> => {
    const absolute = absoluteImageUrl(url);
    const key = absolute === null ? url : canonicalImageUrl(absolute);
    return { ...(await flights.run(key, signal, (shared) => fetchAndStore(url, { signal: shared }))), sourceUrl: url };
  };

  async function close(): Promise<void> {
    await Promise.all([fetcher.close(), decoder.close()]);
  }

  return {
    download,
    async refresh(url, known, given = {}) {
      const fetched = await fetcher.refetch(url, known, given);
      if (!fetched) return null;
      const { bytes, etag, lastModified, contentType } = fetched;
      return { ...(await store(bytes, { etag, lastModified, contentType }, given)), sourceUrl: url };
    },
    downloadAll: (urls, { concurrency = 8, signal } = {}) => completeAll(urls, { concurrency, signal }, (url, given) => download(url, given)),
    add: async (bytes, given = {}) => ({ ...(await store(bytes, { etag: null, lastModified: null, contentType: null }, given)), sourceUrl: '' }),
    url: (image, variant) => urlOf(image, variant, cdn?.baseUrl),
    async verify(image, given) {
      const { key, sha256, variants: known = [] } = reference(image);
      await readChecked(storage, key, sha256, given);
      for (const each of known) await readChecked(storage, each.key, each.sha256, given);
    },
    async variants(image, given = {}) {
      const { key, sha256 } = reference(image);
      const bytes = await readChecked(storage, key, sha256, given);
      return writeVariants(storage, sha256, (await decoder.decode(bytes, recipes, given)).variants, given);
    },
    async delete(image, given) {
      const { key, sha256, variants: known = [] } = reference(image);
      const keys = [...known.map((each) => each.key), ...recipes.flatMap(({ name }) => possibleVariantKeys(name, sha256, imageFormats))];
      for (const each of new Set(keys)) await storage.delete(each, given);
      await storage.delete(key, given);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type FetchedMarks = Pick<FetchedImage, 'etag' | 'lastModified' | 'contentType'>;

const decoders: Readonly<Record<'inline' | 'child' | 'none', (limits: DecodeLimits) => Decoder>> = { inline: inlineDecoder, child: childDecoder, none: structureDecoder };

/** @throws ARGUMENT_INVALID */
function checkStrippable(formats: readonly ImageFormat[]): void {
  const other = formats.find((format) => !strippableFormats.some((each) => each === format));
  if (other !== undefined) throw new SyncError('ARGUMENT_INVALID', `Expected stripMetadata with the formats ${strippableFormats.join(', ')} only, received ${other}.`);
}

/** A type of pictures that differs from what the bytes are; generic types say nothing. */
function otherType(contentType: string | null, format: ImageFormat): string | null {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const said = type === 'image/jpg' || type === 'image/pjpeg' ? 'image/jpeg' : type;
  return said === '' || said === 'application/octet-stream' || said === 'binary/octet-stream' || said === contentTypeOf(format) ? null : said.slice(0, 100);
}

async function fetchFirstFound(fetcher: Fetcher, url: string, options: FetchOptions): Promise<FetchedImage> {
  const [last = url, ...before] = addressesToTry(url).toReversed();
  for (const each of before.toReversed()) {
    try {
      return await fetcher.fetch(each, options);
    } catch (error) {
      if (!isSyncError(error) || error.code !== 'FETCH_GONE') throw error;
    }
  }
  return fetcher.fetch(last, options);
}

function reference(image: ImageReference | string): ImageReference {
  return typeof image === 'string' ? { key: image, sha256: parseOriginalKey(image).sha256 } : image;
}

function urlOf(image: ImageReference, variant: string | undefined, baseUrl: string | undefined): string {
  const file = variant === undefined ? { key: image.key, format: parseOriginalKey(image.key).format } : image.variants?.find(({ recipe }) => recipe === variant);
  if (!file) {
    const known = image.variants?.map(({ recipe }) => recipe).join(', ') || 'none';
    throw new SyncError('NOT_FOUND', `Expected a variant ${JSON.stringify(variant)} of ${image.sha256}, found ${known}.`);
  }
  if (baseUrl === undefined) return `/i/${image.sha256}/${variant ?? 'original'}.${extensionOf(file.format)}`;
  return `${baseUrl.replace(/(?<!\/)\/+$/, '')}/${file.key.split('/').map(encodeURIComponent).join('/')}`;
}

