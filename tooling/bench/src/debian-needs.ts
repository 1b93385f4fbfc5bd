import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Makes sure that `found` holds; as root on Debian by installing `packages`, once.
 * @throws with what to install, when it does not hold in the end
 */
export function ensure(what: string, packages: readonly string[], found: () => boolean, say: (sentence: string) => void): void {
  if (found()) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say(`installing ${packages.join(' ')} for ${what}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-q'], { env, stdio: ['ignore', 'ignore', 2] });
    spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], { env, stdio: ['ignore', 'ignore', 2] });
    if (found()) return;
  }
  throw new Error(`Expected ${what} to be installed. On Debian: sudo apt-get install ${packages.join(' ')}`);
}
