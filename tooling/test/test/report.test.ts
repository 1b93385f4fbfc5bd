import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { neededPackages } from '../debian-needs.mjs';
import { readCounts } from '../report.mjs';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'report-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('tests are counted one by one, a file that could not be loaded as one failure', () => {
  const file = path.join(folder, 'report.json');
  const testResults = [
    { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] },
    { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
    { status: 'failed', assertionResults: [] },
  ];
  writeFileSync(file, JSON.stringify({ testResults }));

  expect(readCounts(file)).toEqual({ passed: 3, failed: 2 });
});

test('no report is no count', () => {
  expect(readCounts(path.join(folder, 'none.json'))).toEqual({ passed: 0, failed: 0 });
});

test('a full test names the Debian packages it needs, others do not count', () => {
  mkdirSync(path.join(folder, 'apps/dashboard/test'), { recursive: true });
  writeFileSync(path.join(folder, 'apps/dashboard/test/page.full.test.ts'), '// needs: chromium fonts-noto-cjk\n');
  writeFileSync(path.join(folder, 'apps/dashboard/test/page.test.ts'), '// needs: nginx\n');

  expect(neededPackages(folder)).toEqual(['chromium', 'fonts-noto-cjk']);
});
