import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeRejectsWorkbook, type Mirror, type RejectsWorkbookOptions } from '@1688/mirror';
import type { Streamed } from './route.ts';

export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Rejects as a workbook: written to a file first, as a workbook is whole or nothing. */
export async function rejectsWorkbook(mirror: Mirror, options: RejectsWorkbookOptions): Promise<Streamed> {
  const folder = await mkdtemp(path.join(tmpdir(), '1688sync-'));
  const file = path.join(folder, 'rejects.xlsx');
  try {
    await writeRejectsWorkbook(mirror, file, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const name = options.language === 'zh-CN' ? '未导入.xlsx' : 'rejects.xlsx';
  return {
    contentType: workbookType, chunks: read(file, folder),
    headers: { 'content-disposition': `attachment; filename="rejects.xlsx"; filename*=UTF-8''${encodeURIComponent(name)}` },
  };
}

async function* read(file: string, folder: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
