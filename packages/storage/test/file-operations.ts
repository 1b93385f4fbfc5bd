import { existsSync, readFileSync } from 'node:fs';
import type * as FilePromises from 'node:fs/promises';
import path from 'node:path';

/** What a program told a file system to change, in order. `file` counts open handles. */
export type FileOperation =
  | { readonly op: 'mkdir' | 'rmdir' | 'unlink'; readonly path: string }
  | { readonly op: 'link' | 'rename'; readonly from: string; readonly path: string }
  | { readonly op: 'open'; readonly path: string; readonly file: number }
  | { readonly op: 'fill'; readonly path: string; readonly bytes: Buffer }
  | { readonly op: 'write'; readonly file: number; readonly bytes: Buffer }
  | { readonly op: 'sync'; readonly file: number }
  | { readonly op: 'mark'; readonly mark: Mark };

/** Where the program under test stands: a change of a key begins, or is acknowledged. Null stands for no object. */
export interface Mark {
  readonly kind: 'begins' | 'ends';
  readonly key: string;
  readonly content: string | null;
}

export interface OperationLog {
  readonly operations: readonly FileOperation[];
  mark(mark: Mark): void;
}

const log: FileOperation[] = [];
let files = 0;

/** All that went through `recorded` since the last call of this. */
export function startLog(): OperationLog {
  log.length = 0;
  return { operations: log, mark: (mark) => { log.push({ op: 'mark', mark }); } };
}

/** The real `node:fs/promises`, whose changes are written down once they are done. */
export function recorded(real: typeof FilePromises): typeof FilePromises {
  const then = <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>, note: (...args: Args) => FileOperation) => async (...args: Args): Promise<Result> => {
    const result = await call(...args);
    log.push(note(...args));
    return result;
  };
  return {
    ...real,
    link: then(real.link, (from, to) => ({ op: 'link', from: String(from), path: String(to) })),
    rename: then(real.rename, (from, to) => ({ op: 'rename', from: String(from), path: String(to) })),
    copyFile: then(real.copyFile, (_from, to) => ({ op: 'fill', path: String(to), bytes: readFileSync(to as string) })),
    rmdir: then(real.rmdir, (folder) => ({ op: 'rmdir', path: String(folder) })) as typeof real.rmdir,
    async unlink(file) {
      await real.unlink(file);
      log.push({ op: 'unlink', path: String(file) });
    },
    async rm(file, options) {
      const existed = existsSync(file);
      await real.rm(file, options);
      if (existed) log.push({ op: 'unlink', path: String(file) });
    },
    mkdir: (async (folder: string, options?: { recursive?: boolean }) => {
      const missing = [folder];
      if (options?.recursive) while (!existsSync(path.dirname(missing[0]!))) missing.unshift(path.dirname(missing[0]!));
      const isNew = !existsSync(folder);
      const result = await real.mkdir(folder, options);
      if (isNew) for (const each of missing) log.push({ op: 'mkdir', path: each });
      return result;
    }) as typeof real.mkdir,
    async open(file, flags, mode) {
      const handle = await real.open(file, flags, mode);
      const number = (files += 1);
      log.push({ op: 'open', path: String(file), file: number });
      const write = handle.write.bind(handle) as (buffer: Uint8Array, at: number) => Promise<{ bytesWritten: number }>;
      const sync = handle.sync.bind(handle);
      return Object.assign(handle, {
        async write(buffer: Uint8Array, at = 0) {
          const result = await write(buffer, at);
          log.push({ op: 'write', file: number, bytes: Buffer.from(buffer.subarray(at, at + result.bytesWritten)) });
          return result;
        },
        async sync() {
          await sync();
          log.push({ op: 'sync', file: number });
        },
      });
    },
  };
}
