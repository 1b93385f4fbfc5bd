/**
 * `npm test [-- FILTER…]` and `npm run test:full [-- FILTER…]`. Without a filter: types, lint, then the tests; with one only the
 * tests it picks (anything `vitest run` takes). The full run is what needs minutes, other programs or the network: *.full.test.ts.
 * Ends with one plain line, `N passed, N failed`, where each check of types and lint counts as one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installNeeds } from './debian-needs.mjs';
import { readReport } from './report.mjs';
import { step } from './step.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const full = process.argv[2] === '--full';
const filters = process.argv.slice(full ? 3 : 2);
const modules = path.join(root, 'node_modules');
const counts = { passed: 0, failed: 0 };

if (!full && filters.length === 0) {
  await check('types', [path.join(modules, 'typescript/bin/tsc'), '-p', 'tsconfig.json']);
  await check('types of the dashboard', [path.join(modules, 'typescript/bin/tsc'), '-p', 'apps/dashboard']); // it lives in a browser: other libraries
  await check('lint', [path.join(modules, 'oxlint/bin/oxlint')]);
}
if (full) await installNeeds(root);
await tests();

process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {string[]} args of node
 */
async function check(name, args) {
  const started = performance.now();
  const code = await step(process.execPath, args, { cwd: root });
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  counts[code === 0 ? 'passed' : 'failed'] += 1;
}

async function tests() {
  const folder = mkdtempSync(path.join(tmpdir(), 'test-report-'));
  const report = path.join(folder, 'report.json');
  const kind = full ? ['--passWithNoTests', ...(filters.length > 0 ? filters : ['.full.test'])] : filters;
  const args = [path.join(modules, 'vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...kind];
  try {
    const code = await step(process.execPath, args, { cwd: root, env: { ...process.env, TEST_FULL: full ? '1' : '0' } });
    const { passed, failed } = readReport(report);
    counts.passed += passed;
    // An error outside of any test, or a run that was broken off, fails without a failed test.
    counts.failed += code !== 0 && failed.length === 0 ? 1 : failed.length;
    for (const each of failed) process.stdout.write(`\n✗ ${each}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
