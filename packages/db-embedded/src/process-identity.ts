import { readFile, readlink } from 'node:fs/promises';

/** True while this very process lives: a later one with the same pid has another start. */
export async function isAlive(pid: number, startedAt: string): Promise<boolean> {
  return (await startOf(pid)) === startedAt;
}

/** When a process began, in the system's own ticks; null when there is none. `unknown` where the system does not tell. */
export async function startOf(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return exists(pid) ? 'unknown' : null;
  try {
    // Field 22, counted behind the program's name, which may hold blanks and brackets: proc(5). Field 3 is the state; Z is dead.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? 'unknown');
  } catch {
    return null; // gone
  }
}

/** The working directory of a process, or null where the system does not tell. */
export async function workingDirectoryOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? readlink(`/proc/${pid}/cwd`).catch(() => null) : null; // gone, or not ours to look at
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, of another user
  }
}
