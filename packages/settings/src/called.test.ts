import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { answerCall, callOf, isCheckout } from './called.ts';

test("a checkout calls its commands with the repository's version of pnpm", async () => {
  const file = new URL('../../../package.json', import.meta.url);
  const { packageManager } = JSON.parse(await readFile(file, 'utf8'));
  expect(isCheckout).toBe(true);
  expect(callOf('migrate')).toBe(`npx -y ${packageManager} migrate`);
});

test.each([
  [['--version'], 'renderdeck '],
  [['--bring-over', '-h'], 'Usage: npx -y pnpm'],
  [['--help'], 'Migrates.'],
  [['--bring-over'], null],
])('%j answers %j', (args, text) => {
  const answer = answerCall(args, { command: 'migrate', does: 'Migrates.' });
  if (text === null) expect(answer).toBeNull();
  else expect(answer).toContain(text);
});
