/* The content of the folder of each system. Other tests run the folders of Linux and Windows. */
import { existsSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildHostZips, TARGETS } from '../../build/index.ts';
import { runAlone } from '../../testing/index.ts';
import { hasNativeFormat } from './native-format.ts';

const TOP = fileURLToPath(new URL('../../../..', import.meta.url));
const OWN = `${process.platform}-${process.arch}`;
const folderOf = (target: string) => join(into.path, `renderdeck-worker-0.1.0-${target}`);

let into: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  into = await temporaryFolder('host-folder');
  await buildHostZips(TARGETS, into.path);
}, 400_000);
afterAll(() => into.remove());

/** Every file and folder of the host folder, by its path in the folder. */
async function list(target: string): Promise<string[]> {
  const folder = folderOf(target);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

describe.each(TARGETS)('the folder for %s', (target) => {
  test('has the native parts of koffi and sharp for this system only', async () => {
    const natives = (await list(target)).filter((path) => path.endsWith('.node'));
    const own = natives.filter((path) => !path.includes('musl'));
    expect(own.sort()).toEqual([
      `node_modules/@img/sharp-${target}/lib/sharp-${target}-0.35.5.node`,
      `node_modules/@koromix/koffi-${target}/${target.replace('-', '_')}/koffi.node`,
    ]);
    for (const path of natives)
      expect(hasNativeFormat[target](await readFile(join(folderOf(target), path)))).toBe(true);
  });

  test('contains no link, test, type, map, or path of this machine', async () => {
    for (const path of await list(target)) {
      const seen = await lstat(join(folderOf(target), path));
      expect(seen.isFile() || seen.isDirectory(), path).toBe(true);
      expect(path).not.toMatch(/(^|\/)(tests?|vitest|esbuild|tsx|typescript)(\/|$)|[.](ts|map)$/);
      if (!seen.isFile()) continue;
      const text = await readFile(join(folderOf(target), path), 'latin1');
      for (const place of [TOP, 'sourceMappingURL=data:'])
        if (text.includes(place)) expect.fail(`${path} has ${place}`);
    }
  });

  test('has every package that one of its packages needs, in a fitting version', async () => {
    const folder = folderOf(target);
    const { satisfies } = createRequire(join(folder, 'x'))('semver');
    const wrong: string[] = [];
    const infos = (await list(target)).filter((path) =>
      /(^|\/)node_modules\/(@[^/]+\/)?[^/@]+\/package[.]json$/.test(path),
    );
    expect(infos.length).toBeGreaterThan(100);
    for (const info of infos) {
      const { dependencies = {} } = JSON.parse(await readFile(join(folder, info), 'utf8'));
      for (const [name, range] of Object.entries(dependencies)) {
        const found = findPackage(folder, dirname(join(folder, info)), name);
        const version = found && JSON.parse(await readFile(found, 'utf8')).version;
        const wanted = String(range).replace(/^npm:.*@/, '');
        if (!version || !satisfies(version, wanted)) wrong.push(`${info}: ${name} ${version}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('names the licence of every package in it', async () => {
    const text = await readFile(join(folderOf(target), 'LICENSES.txt'), 'utf8');
    const named = [...text.matchAll(/^(\S+)@\S+\nLicence: \S/gm)].map(([, name]) => name);
    const top = (await list(target)).filter((path) =>
      /^node_modules\/(?!@koromix)(@[^/]+\/)?[^/@]+\/package[.]json$/.test(path),
    );
    const copied = await Promise.all(
      top.map(async (path) => {
        const info = await readFile(join(folderOf(target), path), 'utf8');
        return String(JSON.parse(info).name);
      }),
    );
    const bundled = [
      ...['pino', 'zod', 'postgres', 'drizzle-orm', 'commander'],
      ...['ipaddr.js', 'pidusage', 'proper-lockfile'],
    ];
    expect([...copied, ...bundled].filter((name) => !named.includes(name))).toEqual([]);
  });

  test('has programs that this Node can read', async () => {
    const programs = (await list(target)).filter((path) => path.endsWith('.mjs'));
    const own = programs.filter((path) => !path.startsWith('node_modules'));
    expect(own).toEqual(
      expect.arrayContaining([
        'worker.mjs',
        'lib/worker/src/main.mjs',
        'lib/render-host/src/process/launcher.mjs',
        'lib/render-host/src/nexrender/render-child.mjs',
      ]),
    );
    for (const path of own)
      expect(await runAlone(folderOf(target), [process.execPath, '--check', path])).toMatchObject({
        exitCode: 0,
      });
  });

  test('names its version and system, and starts only on its own system', async () => {
    const folder = folderOf(target);
    const facts = JSON.parse(await readFile(join(folder, 'version.json'), 'utf8'));
    expect(facts).toMatchObject({ version: '0.1.0', target, node: '>=20.19' });
    expect(facts).toMatchObject({ content: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(facts.commit === null || /^[0-9a-f]{40}$/.test(facts.commit)).toBe(true);
    const ask = [process.execPath, 'worker.mjs', '--version'] as const;
    const { exitCode, stdout, stderr } = await runAlone(folder, ask);
    if (target === OWN) {
      expect(stdout).toMatch(new RegExp(`^renderdeck worker 0[.]1[.]0, ${target}, `));
      return;
    }
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        `renderdeck worker: This folder is for ${target}, and this is Node for ${OWN}. ` +
        `Take the folder that was built for ${OWN}.`,
    });
  });
});

function findPackage(top: string, from: string, name: string): string | null {
  for (let folder = from; folder.length >= top.length; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(path)) return path;
  }
  return null;
}
