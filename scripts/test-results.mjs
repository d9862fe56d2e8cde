/** Reads the JSON results that vitest writes. Plain JavaScript, because `.ci/count.mjs` uses it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @typedef {object} Results
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} skipped the full names of the tests that did not run
 * @property {string[]} failures what failed and why: tests, and files that could not run
 */

/** Adds up the results in a folder. A file that is not complete counts as one failure.
 * @param {string} folder @returns {Promise<Results>} */
export async function readResults(folder) {
  /** @type {Results} */
  const sum = { passed: 0, failed: 0, skipped: [], failures: [] };
  for (const name of (await readdir(folder, { recursive: true })).filter((file) =>
    file.endsWith('.json'),
  ))
    try {
      const text = await readFile(join(folder, name), 'utf8');
      const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
      sum.passed += numPassedTests;
      sum.failed += numFailedTests;
      sum.skipped.push(...listSkipped(testResults));
      sum.failures.push(...listFailures(testResults));
    } catch (error) {
      sum.failed += 1;
      sum.failures.push(`${name} is not a complete result: ${error}`);
    }
  return sum;
}

/** @param {any[]} files */
function listSkipped(files) {
  return files
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'skipped' || status === 'pending' || status === 'todo')
    .map(({ fullName }) => fullName);
}

/** @param {any[]} files */
function listFailures(files) {
  return files.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults
      .filter((/** @type {any} */ result) => result.status === 'failed')
      .map((/** @type {any} */ result) => [result.fullName, ...result.failureMessages].join('\n'));
    const reasons = tests.length === 0 && status === 'failed' ? [message] : tests;
    return reasons.map((/** @type {string} */ reason) => `${name}: ${reason}`.slice(0, 2000));
  });
}
