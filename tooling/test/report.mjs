import { existsSync, readFileSync } from 'node:fs';

/**
 * What vitest's JSON report says. A file that failed without a failed test (it could not be loaded, a hook broke) counts as one.
 * @param {string} file
 * @returns {{ passed: number, failed: number }} zeros when there is no report
 */
export function readCounts(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0 };
  /** @type {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const tests = report.testResults.flatMap((each) => each.assertionResults.map(({ status }) => status));
  const broken = report.testResults.filter((each) => each.status === 'failed' && !each.assertionResults.some(({ status }) => status === 'failed'));
  return {
    passed: tests.filter((status) => status === 'passed').length,
    failed: tests.filter((status) => status === 'failed').length + broken.length,
  };
}
