import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** Everything that is fetched besides dependencies; may be deleted at any time. */
export const toolchain = path.join(root, '.toolchain');

/** @param {string} sentence */
export function say(sentence) {
  process.stderr.write(`[setup] ${sentence}\n`);
}
