import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { step } from './step.mjs';

/**
 * A full test says in its first lines which Debian packages it needs: `// needs: chromium fonts-noto-cjk`. What is missing is
 * installed when we are root on Debian; otherwise one sentence says what to install, and the test itself will fail.
 * @param {string} root
 */
export async function installNeeds(root) {
  const missing = neededPackages(root).filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`The full tests need these Debian packages: ${missing.join(' ')}. Install them with: sudo apt-get install ${missing.join(' ')}\n`);
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step('apt-get', ['update', '-q'], { cwd: root, env });
  await step('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...missing], { cwd: root, env });
}

/**
 * @param {string} root
 * @returns {string[]}
 */
export function neededPackages(root) {
  const files = globSync('{packages,apps,tooling}/*/{src,test}/**/*.full.test.ts', { cwd: root, exclude: ['**/node_modules/**'] });
  const heads = files.map((file) => readFileSync(path.join(root, file), 'utf8').slice(0, 1_000));
  return [...new Set(heads.flatMap((head) => /^\/\/ needs: (.+)$/m.exec(head)?.[1]?.split(/\s+/) ?? []))];
}

/** @param {string} name */
function isInstalled(name) {
  return spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { encoding: 'utf8' }).stdout === 'installed';
}
