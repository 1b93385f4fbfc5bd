import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { neededPackages } from '../debian-needs.mjs';
import { readReport } from '../report.mjs';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'report-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('tests are counted one by one, a file that could not be loaded as one failure, each with its reason', () => {
  const file = path.join(folder, 'report.json');
  const passed = { status: 'passed', fullName: 'holds', failureMessages: [] };
  const testResults = [
    { name: path.resolve('a.test.ts'), status: 'passed', message: '', assertionResults: [passed, passed] },
    { name: path.resolve('b.test.ts'), status: 'failed', message: '', assertionResults: [passed, { status: 'failed', fullName: 'adds up', failureMessages: ['expected 3 to be 2\n    at b.test.ts:4'] }] },
    { name: path.resolve('c.test.ts'), status: 'failed', message: 'Cannot find module', assertionResults: [] },
  ];
  writeFileSync(file, JSON.stringify({ testResults }));

  expect(readReport(file)).toEqual({
    passed: 3,
    failed: ['b.test.ts: adds up\n    expected 3 to be 2\n        at b.test.ts:4', 'c.test.ts: the file itself\n    Cannot find module'],
  });
});

test('no report is no count', () => {
  expect(readReport(path.join(folder, 'none.json'))).toEqual({ passed: 0, failed: [] });
});

test('a full test names the Debian packages it needs, others do not count', () => {
  mkdirSync(path.join(folder, 'apps/dashboard/test'), { recursive: true });
  writeFileSync(path.join(folder, 'apps/dashboard/test/page.full.test.ts'), '// needs: chromium fonts-noto-cjk\n');
  writeFileSync(path.join(folder, 'apps/dashboard/test/page.test.ts'), '// needs: nginx\n');

  expect(neededPackages(folder)).toEqual(['chromium', 'fonts-noto-cjk']);
});
