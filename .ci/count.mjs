/**
 * Adds up vitest's JSON results, and prints the name of each failed and each skipped test. A
 * command that failed although no test failed (types, lint, coverage, a crash) counts as one
 * failure. Arguments: NAME=EXIT_CODE for each command that ran.
 */
import { readResults } from '../scripts/test-results.mjs';

const results = await readResults(process.env.RENDERDECK_TEST_RESULTS ?? '');
const commands = process.argv.slice(2).map((argument) => argument.split('='));
const broken = commands.filter(([, exitCode]) => exitCode !== '0');
for (const [name, exitCode] of broken) console.log(`\`pnpm ${name}\` ended with ${exitCode}.`);
for (const failure of results.failures) console.log(`failed: ${failure}`);
const failed = results.failed || Number(broken.length > 0 || results.passed === 0);
for (const name of results.skipped) console.log(`skipped: ${name}`);
if (results.skipped.length > 0) console.log(`${results.skipped.length} skipped`);
console.log(`${results.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
