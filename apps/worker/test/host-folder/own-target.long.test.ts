/* Tests the zip, the start script and the checks of Node with the folder of this system. */
import { cp, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { fetchPackage } from '../../build/fetch-native.ts';
import { buildHostFolder, buildHostZips } from '../../build/index.ts';
import { runAlone } from '../../testing/index.ts';

const target = 'linux-x64';
const NAME = `renderdeck-worker-0.1.0-${target}`;
let into: Awaited<ReturnType<typeof temporaryFolder>>;
let folder = '';
let zip = Buffer.alloc(0);
let files = 0;
beforeAll(async () => {
  into = await temporaryFolder('host-folder');
  const [built] = await buildHostZips([target], into.path);
  folder = built?.folder ?? '';
  zip = await readFile(built?.zip ?? '');
  files = built?.files ?? 0;
});
afterAll(() => into.remove());

test('a second build gives the same zip, byte for byte', async () => {
  const [again] = await buildHostZips([target], join(into.path, 'again'));
  expect(zip.equals(await readFile(again?.zip ?? ''))).toBe(true);
});

test('the zip has the files of the folder, sorted, with one fixed time', async () => {
  const paths: string[] = [];
  const opened = await fromBufferPromise(zip);
  for await (const entry of opened.eachEntry()) {
    const { fileName: path, lastModFileDate, lastModFileTime, externalFileAttributes } = entry;
    paths.push(path);
    const bytes = await buffer(await opened.openReadStreamPromise(entry));
    expect(bytes.equals(await readFile(join(into.path, path))), path).toBe(true);
    expect(crc32(bytes), path).toBe(entry.crc32);
    expect([lastModFileDate, lastModFileTime], path).toEqual([0x21, 0]);
    const mode = (externalFileAttributes >>> 16).toString(8);
    expect(mode, path).toBe(path === `${NAME}/worker` ? '100755' : '100644');
  }
  expect(paths).toEqual([...paths].sort());
  expect(paths).toHaveLength(files);
  expect((await stat(join(folder, 'worker'))).mode & 0o777).toBe(0o755);
});

test('a folder with the same content stays; a changed folder is built again', async () => {
  const own = join(into.path, 'kept');
  const kept = await buildHostFolder({ target, into: own });
  await writeFile(join(kept, 'settings.env'), '');
  expect(await buildHostFolder({ target, into: own })).toBe(kept);
  expect((await stat(join(kept, 'settings.env'))).isFile()).toBe(true);
  await writeFile(join(kept, 'version.json'), '{}');
  await buildHostFolder({ target, into: own });
  expect(JSON.parse(await readFile(join(kept, 'version.json'), 'utf8'))).toMatchObject({ target });
});

test('a package with a digest that differs from the lockfile is refused', async () => {
  await expect(fetchPackage('@koromix/koffi-win32-x64@3.3.4', 'sha512-other')).rejects.toThrow(
    'npm gave @koromix/koffi-win32-x64@3.3.4 with another digest than pnpm-lock.yaml has.',
  );
});

test('the packages of nexrender load from the folder of the render child', async () => {
  const names = ['@nexrender/core', '@nexrender/action-copy', '@nexrender/action-encode'];
  const program =
    "const { createRequire } = require('node:module');" +
    "const load = createRequire(process.cwd() + '/lib/render-host/src/nexrender/x.mjs');" +
    `for (const name of ${JSON.stringify(names)}) console.log(typeof load(name));`;
  const { stdout, stderr } = await runAlone(folder, [process.execPath, '-e', program]);
  expect({ stdout, stderr }).toEqual({ stdout: 'object\nfunction\nfunction', stderr: '' });
});

test('a Node that is too old is refused', async () => {
  const old = join(into.path, 'old');
  await mkdir(old);
  await cp(join(folder, 'worker.mjs'), join(old, 'worker.mjs'));
  const facts = JSON.parse(await readFile(join(folder, 'version.json'), 'utf8'));
  await writeFile(join(old, 'version.json'), JSON.stringify({ ...facts, node: '>=99.2' }));
  const { exitCode, stderr } = await runAlone(old, [process.execPath, 'worker.mjs']);
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    'renderdeck worker: Node 99.2 or newer is needed, ' +
      `and this is Node ${process.versions.node}.`,
  );
});

test('the start script uses the Node of its folder, or else the installed Node', async () => {
  const elsewhere = join(into.path, 'elsewhere');
  await mkdir(elsewhere);
  const script = join(folder, 'worker');
  const without = await runAlone(elsewhere, ['/bin/sh', script, '--version'], { PATH: elsewhere });
  expect(without).toEqual({
    exitCode: 127,
    stdout: '',
    stderr: `renderdeck worker: node was not found. Install Node, or put it into ${folder}.`,
  });
  await symlink(process.execPath, join(elsewhere, 'node'));
  const version = { stdout: expect.stringContaining(`renderdeck worker 0.1.0, ${target}`) };
  const installed = await runAlone(elsewhere, [script, '--version'], { PATH: elsewhere });
  expect(installed).toMatchObject(version);
  await symlink(process.execPath, join(folder, 'node'));
  const own = await runAlone(folder, ['/bin/sh', 'worker', '--version'], { PATH: '/nowhere' });
  expect(own).toMatchObject(version);
});
