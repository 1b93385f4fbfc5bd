import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What vitest's JSON report says. A file that failed without a failed test (it could not be loaded, a hook broke) counts as one.
 * @param {string} file
 * @returns {{ passed: number, failed: readonly string[] }} `failed`: where and what, with the first lines of why; nothing when there is no report
 */
export function readReport(file) {
  if (!existsSync(file)) return { passed: 0, failed: [] };
  /** @type {{ testResults: { name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const failed = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((each) => each.status === 'failed');
    if (tests.length > 0) return tests.map(({ fullName, failureMessages }) => told(name, fullName, failureMessages.join('\n')));
    return status === 'failed' ? [told(name, 'the file itself', message)] : [];
  });
  return { passed: report.testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'passed').length, failed };
}

/**
 * @param {string} file
 * @param {string} test
 * @param {string} why
 */
function told(file, test, why) {
  return `${path.relative('.', file)}: ${test}\n${why.split('\n').slice(0, 12).map((line) => `    ${line}`).join('\n')}`;
}
