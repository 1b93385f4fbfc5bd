import { allChecks, pictureChecks, staleVariantCheck, type Check } from '@1688/consistency';
import { SyncError } from '@1688/core';
import { childDecoder, recipeHash, type Decoder } from '@1688/images';
import { recipesOf } from '../flows/image-store-options.ts';
import type { Mirror } from '../open-mirror.ts';
import { backupAge } from './backup-age.ts';
import { schemaDrift } from './schema-drift.ts';

/** The checks of one mirror: those of the package, those that need its configuration, and the user's own. */
export interface MirrorChecks extends AsyncDisposable {
  readonly checks: readonly Check[];
}

/** @throws CONFIG_INVALID when a check of the configuration has the id of another one */
export function checksOf(mirror: Mirror): MirrorChecks {
  const { checks: own = [], decode } = mirror.config.file;
  let decoder: Decoder | null = null;
  const decodeOne = async (bytes: Uint8Array) => {
    decoder ??= childDecoder({ children: 1 });
    return decoder.decode(bytes, []);
  };
  const recipes = Object.fromEntries(recipesOf(mirror).map((recipe) => [recipe.name, recipeHash(recipe)]));
  const built = [schemaDrift(mirror), ...allChecks.slice(0, -1), ...(decode === 'none' ? [] : pictureChecks(decodeOne)), staleVariantCheck(recipes), ...allChecks.slice(-1), backupAge(mirror)];
  const checks = [...built, ...own];
  const twice = checks.find(({ id }, index) => checks.findIndex((each) => each.id === id) !== index);
  if (twice) throw new SyncError('CONFIG_INVALID', `Expected every check to have an id of its own, received "${twice.id}" twice.`, { hint: 'Rename the one in 1688sync.config.ts.' });
  return { checks, [Symbol.asyncDispose]: async () => { await decoder?.close(); } };
}
