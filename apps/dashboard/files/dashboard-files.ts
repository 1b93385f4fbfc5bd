import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** One file of the dashboard, ready to be sent. */
export interface DashboardFile {
  /** Below the place it is served at, such as `index.html` or `assets/main-x1y2.js`. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** The same with gzip; null where that saves nothing. */
  readonly gzipped: Uint8Array | null;
  /** Of the bytes, with quotation marks. */
  readonly etag: string;
  /** Its name holds a hash of its content: it never changes. */
  readonly immutable: boolean;
}
export type DashboardFiles = ReadonlyMap<string, DashboardFile>;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
};
const zip = promisify(gzip);

/** Every built file below a folder, by name. They are few and small, and are held in memory. */
export async function readDashboardFiles(folder: string): Promise<DashboardFiles> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const files = await Promise.all(names.map(async (name) => toFile(name.split(path.sep).join('/'), await readFile(path.join(folder, name)))));
  return new Map(files.map((file) => [file.name, file]));
}

async function toFile(name: string, bytes: Uint8Array): Promise<DashboardFile> {
  const gzipped = await zip(bytes, { level: 9 });
  return {
    name, bytes, contentType: contentTypes[path.extname(name)] ?? 'application/octet-stream', gzipped: gzipped.length < bytes.length ? gzipped : null,
    etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`, immutable: name.startsWith('assets/'),
  };
}
