import { applyRestore, createBackup, planRestore, verifyBackup } from '@1688/backup';
import { openDatabase } from '@1688/db';
import { fileBackend, memoryBackend } from '@1688/storage';

/** One piece of work for a process of its own, whose memory is then its own too. */
export interface BackupOrder {
  readonly work: 'create' | 'verify' | 'restore';
  readonly address: string;
  readonly repository: string;
  readonly name: string;
  /** Folder of the pictures; null: rows alone. */
  readonly pictures: string | null;
}

export interface BackupAnswer {
  readonly seconds: number;
  readonly bytesNew: number;
  readonly bytesTotal: number;
  readonly memoryMb: number;
}

const { work, address, repository: place, name, pictures } = JSON.parse(process.argv[2] ?? '') as BackupOrder;
await using db = await openDatabase(address);
const repository = fileBackend(place);
const target = { db, schema: 'sync1688', files: pictures === null ? memoryBackend() : fileBackend(pictures) };
let [bytesNew, bytesTotal] = [0, 0];
const begun = performance.now();
if (work === 'create') {
  const result = await createBackup(target, { repository, name, only: pictures === null ? ['db'] : ['images'] });
  if (!result.verified) throw new Error(`Expected a verified backup, received ${result.reasons.join(', ')}.`);
  [bytesNew, bytesTotal] = [result.bytesNew, result.bytesTotal];
} else if (work === 'verify') {
  const { ok } = await verifyBackup({ repository, name, level: 'read' });
  if (!ok) throw new Error('Expected a whole backup, received a damaged one.');
} else {
  await applyRestore(await planRestore(target, { repository, name }));
}
const seconds = (performance.now() - begun) / 1000;
process.stdout.write(JSON.stringify({ seconds, bytesNew, bytesTotal, memoryMb: process.resourceUsage().maxRSS / 1024 } satisfies BackupAnswer));
