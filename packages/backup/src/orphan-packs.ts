import type { StorageBackend } from '@1688/storage';
import type { Condemned } from './condemned.ts';
import { damageOf } from './damage.ts';
import { addPack, dropBaseless, type IndexedPack, type ObjectIndex } from './object-index.ts';
import { readOr } from './object-reader.ts';
import { decodeFooter } from './pack.ts';
import { hashInKey, packKey, packPrefix } from './repository-key.ts';
import { sha256 } from './sealed-json.ts';

/** Every pack that is stored, with its length. */
export async function listPacks(repository: StorageBackend): Promise<Map<string, number>> {
  const packs = new Map<string, number>();
  for await (const { key, sizeBytes } of repository.list(packPrefix)) {
    const id = hashInKey(key);
    if (id !== null) packs.set(id, sizeBytes);
  }
  return packs;
}

/** Takes packs that no index names, left by a run that was killed or whose index was lost, into the index by their footers. */
export async function adoptPacks(repository: StorageBackend, packs: ReadonlyMap<string, number>, index: ObjectIndex, condemned: Condemned): Promise<IndexedPack[]> {
  const adopted: IndexedPack[] = [];
  for (const [pack, sizeBytes] of packs) {
    if (index.packs.has(pack) || condemned.packs.has(pack)) continue;
    try {
      const bytes = await readOr(repository, packKey(pack));
      if (sha256(bytes) !== pack) continue; // cut when its writer was killed
      const line = { pack, sizeBytes, objects: decodeFooter(packKey(pack), bytes) };
      addPack(index.locations, line, null);
      adopted.push(line);
    } catch (error) {
      if (!damageOf(error)) throw error;
    }
  }
  dropBaseless(index.locations);
  return adopted;
}
