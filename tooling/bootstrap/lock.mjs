import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './workspace.mjs';

const beatMs = 1_000;
/** A holder that has not touched its lock for so long is gone: killed, or on a machine that is off. */
const staleMs = 10_000;

/**
 * Runs `work` while no other process does so under the same lock file.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  const mine = `${process.pid} ${Math.random()}`;
  for (let waited = false; !take(file, mine); waited = true) {
    if (!waited) say('waiting for another set-up of this clone to finish');
    removeStale(file);
    await sleep(100);
  }
  // A time-stamp and not the process id tells whether the holder lives: ids mean nothing across containers that share a folder.
  const beat = setInterval(() => touch(file), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (read(file) === mine) rmSync(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} mine
 */
function take(file, mine) {
  try {
    writeFileSync(file, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Only one process at a time may remove a stale lock, and looks again first: otherwise two could remove it one after the other,
 * the second one taking away what the first had just taken.
 * @param {string} file
 */
function removeStale(file) {
  const guard = `${file}.guard`;
  if (ageMs(file) < staleMs) return;
  try {
    mkdirSync(guard);
  } catch {
    if (ageMs(guard) > staleMs) rmSync(guard, { recursive: true, force: true }); // its maker was killed between two system calls
    return;
  }
  if (ageMs(file) >= staleMs) rmSync(file, { force: true });
  rmSync(guard, { recursive: true, force: true });
}

/** @param {string} file */
function ageMs(file) {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

/** @param {string} file */
function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Somebody cleaned the toolchain folder meanwhile; the work goes on and nothing is lost.
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // removed by hand: nothing to release
  }
}
