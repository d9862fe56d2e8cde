import { expect, it } from 'vitest';
import { runChecks } from './run-checks.ts';
import { TOP } from './tracked-files.ts';

const passing = { name: 'passes', command: 'node --version', fix: 'nothing' };
const failing = { name: 'fails', command: 'node --eval process.exit(3)', fix: 'edit it.' };

async function run(...checks: Parameters<typeof runChecks>[0][number][]) {
  const lines: string[] = [];
  const passed = await runChecks(checks, TOP, (line) => lines.push(line));
  return { passed, lines: lines.sort() };
}

it('a check that passes prints its name and not its output', async () => {
  const { passed, lines } = await run(passing);
  expect(passed).toBe(true);
  expect(lines).toEqual([expect.stringMatching(/^✓ passes \([\d.]+ s\)$/)]);
});

it('a check that passes may print a note about what it could not check', async () => {
  const command = "node --eval console.log('Note:\\x20no\\x20answer')";
  const { passed, lines } = await run({ ...passing, command });
  expect(passed).toBe(true);
  expect(lines).toEqual([expect.stringMatching(/^✓ passes \([\d.]+ s\)\n {2}Note: no answer$/)]);
});

it('one failed check fails the whole run, and the other checks still run', async () => {
  const { passed, lines } = await run(failing, passing);
  expect(passed).toBe(false);
  expect(lines).toHaveLength(2);
});

it('a check that fails prints its output and how to fix it', async () => {
  const { lines } = await run({ ...failing, command: 'node --eval throw(6*7)' });
  expect(lines[0]).toMatch(/^✗ fails .*^42$.*^To fix it: edit it\.$/ms);
});

it('a check whose program is missing fails', async () => {
  const { passed } = await run({ ...passing, command: 'no-such-program-here' });
  expect(passed).toBe(false);
});
