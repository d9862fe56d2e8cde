/**
 * Adds up vitest's JSON results, and prints the name of each failed and each skipped test. A
 * command that failed although no test failed (types, lint, coverage, a crash) counts as one
 * failure.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = process.env.RENDERDECK_TEST_RESULTS ?? '';
const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
let passed = 0;
let failed = 0;
const skipped = [];
const failures = [];
for (const name of files) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(
      await readFile(join(folder, name), 'utf8'),
    );
    passed += numPassedTests;
    failed += numFailedTests;
    skipped.push(...listSkipped(testResults));
    failures.push(...listFailures(testResults));
  } catch (error) {
    console.log(`${name} is not a complete result: ${error}`);
    failed += 1;
  }
}

const [test, verify] = process.argv.slice(2).map(Number);
if (test !== 0) console.log(`\`pnpm test\` ended with ${test}.`);
if (verify !== 0) console.log(`\`pnpm verify\` ended with ${verify}.`);
for (const failure of failures) console.log(`failed: ${failure}`);
if ((test !== 0 || verify !== 0) && failed === 0) failed = 1;
if (passed + failed === 0) failed = 1;
for (const name of skipped) console.log(`skipped: ${name}`);
if (skipped.length > 0) console.log(`${skipped.length} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Returns the full names of the tests that did not run. @param {any[]} files */
function listSkipped(files) {
  return files
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'skipped' || status === 'pending' || status === 'todo')
    .map(({ fullName }) => fullName);
}

/** Returns what failed and why: tests, and files that could not run. @param {any[]} files */
function listFailures(files) {
  return files.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults
      .filter((/** @type {any} */ result) => result.status === 'failed')
      .map((/** @type {any} */ result) => [result.fullName, ...result.failureMessages].join('\n'));
    const reasons = tests.length === 0 && status === 'failed' ? [message] : tests;
    return reasons.map((reason) => `${name}: ${reason}`.slice(0, 2000));
  });
}
