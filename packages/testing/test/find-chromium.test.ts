import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findChromium } from '../src/find-chromium.ts';
import { temporaryFolder } from '../src/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder('chromium');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

it('prefers the program in CHROME_PATH', async () => {
  await makeProgram('chromium');
  const mine = await makeProgram('my-chrome');
  vi.stubEnv('PATH', folder.path);
  vi.stubEnv('CHROME_PATH', mine);
  expect(findChromium()).toBe(mine);
});

it('finds no other program when the one in CHROME_PATH does not exist', async () => {
  vi.stubEnv('CHROME_PATH', join(folder.path, 'missing'));
  expect(findChromium()).toBeNull();
});

it('finds the first program on the PATH', async () => {
  const program = await makeProgram('google-chrome');
  vi.stubEnv('CHROME_PATH', '');
  vi.stubEnv('PATH', folder.path);
  expect(findChromium()).toBe(program);
});

async function makeProgram(name: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}
