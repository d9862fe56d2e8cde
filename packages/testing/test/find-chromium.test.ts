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

it('takes the program that CHROME_PATH names before any other', async () => {
  await makeProgram('chromium');
  const mine = await makeProgram('my-chrome');
  vi.stubEnv('PATH', folder.path);
  vi.stubEnv('CHROME_PATH', mine);
  expect(findChromium()).toBe(mine);
});

it('finds none when CHROME_PATH names none, since someone meant that one', async () => {
  vi.stubEnv('CHROME_PATH', join(folder.path, 'missing'));
  expect(findChromium()).toBeNull();
});

it('takes the first one on the PATH', async () => {
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
