import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { syncRejects } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';
import { chosenRejects, type RejectFilter } from './rejects.ts';

export interface RejectsFile {
  readonly file: string;
  /** To be named with `import --profile`; null where it was not known. */
  readonly profile: string | null;
  readonly records: number;
}

/**
 * Writes open rejects as they were received, one a line, to be mended and imported again. Each profile has a file of its own: with
 * several, its name is put before the file's ending.
 * @throws ARGUMENT_INVALID when the file cannot be written, NOT_FOUND when no reject is open
 */
export async function exportRejects(mirror: Mirror, file: string, options: FlowOptions & RejectFilter = {}): Promise<{ readonly files: readonly RejectsFile[] }> {
  const filter = { ...chosenRejects(options), replayed: false };
  const groups = await syncRejects(mirror.db).groups(filter);
  const profiles = [...new Set(groups.map((group) => group.profile))];
  if (profiles.length === 0) throw new SyncError('NOT_FOUND', 'Expected open rejects, found none.', { hint: 'Look at all with "1688sync rejects list --all".' });
  const files: RejectsFile[] = [];
  for (const profile of profiles) {
    const { dir, name, ext } = path.parse(file);
    const target = profiles.length === 1 ? file : path.join(dir, `${name}.${profile ?? 'unknown'}${ext}`);
    let records = 0;
    async function* lines(): AsyncGenerator<string> {
      for await (const reject of syncRejects(mirror.db).list(filter)) {
        throwIfAborted(options.signal, 'Writing the rejects');
        if (reject.profile !== profile) continue;
        records += 1;
        yield `${reject.document.replace(/\r?\n|\r/g, ' ')}\n`;
      }
    }
    try {
      await pipeline(Readable.from(lines()), createWriteStream(target));
    } catch (cause) {
      if (!(cause instanceof Error) || !('syscall' in cause)) throw cause;
      throw new SyncError('ARGUMENT_INVALID', `Expected to be able to write rejects to ${target}, received ${(cause as NodeJS.ErrnoException).code ?? cause.message}.`, { hint: 'Name a file in a folder that exists.', cause });
    }
    files.push({ file: target, profile, records });
  }
  return { files };
}
