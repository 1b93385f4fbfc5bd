import { execFile } from 'node:child_process';
import { readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** True while this very process lives: a later one with the same pid has another start. In doubt it lives. */
export async function isAlive(pid: number, startedAt: string): Promise<boolean> {
  const start = await startOf(pid);
  return start !== null && (start === startedAt || start === unknown || startedAt === unknown);
}

const unknown = 'unknown';

/**
 * When a process began, as a word without `-` that no other process of this pid shares, also after a restart of the machine; null
 * when there is none; `unknown` where the system does not tell.
 */
export async function startOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return startOnLinux(pid);
  if (process.platform === 'win32' || !exists(pid)) return exists(pid) ? unknown : null;
  const { stdout } = await run('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' } }).catch(() => ({ stdout: '' })); // ended
  const [state = 'Z', ...time] = stdout.trim().split(/\s+/);
  return state.startsWith('Z') || state === '' ? null : time.join('_');
}

async function startOnLinux(pid: number): Promise<string | null> {
  try {
    // Field 22, counted behind the program's name, which may hold blanks and brackets: proc(5). Field 3 is the state; Z is dead.
    const [text, boot] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile('/proc/sys/kernel/random/boot_id', 'utf8')]);
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot.slice(0, 8)}.${fields[19]}`;
  } catch {
    return exists(pid) ? unknown : null; // gone, or hidden from us
  }
}

/** Whether a process is a PostgreSQL that works in `folder`; null where the system does not tell. */
export async function isPostgresIn(pid: number, folder: string): Promise<boolean | null> {
  if (process.platform !== 'linux') return null;
  try {
    const [program, at, wanted] = await Promise.all([readlink(`/proc/${pid}/exe`), stat(`/proc/${pid}/cwd`, { bigint: true }), stat(folder, { bigint: true })]);
    return path.basename(program).startsWith('postgres') && at.dev === wanted.dev && at.ino === wanted.ino;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? false : null; // gone, or not ours to look at
  }
}

/** Whether the system still gives this number to something, be it a dead child that nobody has asked about. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, of another user
  }
}
