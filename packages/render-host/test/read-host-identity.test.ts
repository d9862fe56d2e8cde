import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readHostIdentity } from '../src/read-host-identity.ts';
import { findLeftovers } from '../src/scratch/find-leftovers.ts';
import { type HeldLock, lockHost } from '../src/scratch/lock-host.ts';
import { runInNamespaces, whyNoNamespaces } from '../testing/in-namespaces.ts';
import { ofEachTest } from '../testing/of-each-test.ts';
import { aRoot } from './scratch/a-root.ts';

const PROGRAM = new URL('./print-host-identity.ts', import.meta.url);
const leftOut = whyNoNamespaces();
const place = ofEachTest(aRoot);
let lock: HeldLock;
beforeEach(async () => {
  const locked = await lockHost(place.root);
  if ('heldBy' in locked) throw new Error('a new root is held');
  lock = locked;
});
afterEach(() => lock.release());
const hostFile = () => join(place.root, '.host', 'host.json');

describe('the host id', () => {
  test('is made once and stays, in a folder that only our user can read', async () => {
    const first = await readHostIdentity(lock);
    expect(first.hostId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(JSON.parse(await readFile(hostFile(), 'utf8'))).toMatchObject({ hostId: first.hostId });
    expect(await readHostIdentity(lock)).toEqual(first);
    expect(((await stat(join(place.root, '.host'))).mode & 0o777).toString(8)).toBe('700');
    expect((await readdir(join(place.root, '.host'))).sort()).toEqual(['host.json', 'lock']);
  });

  test('is made again when a daemon died and left only the unfinished file', async () => {
    await writeFile(`${hostFile()}.new`, '{"hostId":');
    const { hostId } = await readHostIdentity(lock);
    expect((await readHostIdentity(lock)).hostId).toBe(hostId);
  });

  test.each([
    ['is empty', ''],
    ['is cut off', '{"hostId":"1f0c'],
    ['holds something else', '{"id":"x"}'],
    ['holds an id of another form', '{"hostId":"../../etc"}'],
  ])('is refused with a sentence when its file %s, and the file stays', async (_what, text) => {
    await writeFile(hostFile(), text);
    await expect(readHostIdentity(lock)).rejects.toThrow(
      /^The id of this host, .*host[.]json, holds no host id[.] Mend the file/,
    );
    expect(await readFile(hostFile(), 'utf8')).toBe(text);
  });

  test('is refused when its folder is a link', async () => {
    const other = await aRoot();
    await mkdir(other.root);
    await symlink(place.root, join(other.root, '.host'));
    await expect(lockHost(other.root)).rejects.toThrow(/[.]host, is a link[.]/);
    await other.remove();
  });

  test('is not removed by a sweep', async () => {
    await readHostIdentity(lock);
    await mkdir(join(place.root, '.host', 'journal'));
    expect(await findLeftovers(place.root, () => true)).toEqual({ folders: [], refused: [] });
  });
});

describe.skipIf(process.platform !== 'linux')('the facts of a Linux machine', () => {
  test('come from the kernel and its files', async () => {
    const identity = await readHostIdentity(lock);
    const text = async (path: string) => (await readFile(path, 'utf8').catch(() => '')).trim();
    expect(identity.bootId).toBe(await text('/proc/sys/kernel/random/boot_id'));
    expect(identity.machineId ?? '').toBe(await text('/etc/machine-id'));
    expect(identity.pidNamespace).toMatch(/^\d+$/);
  });

  test.skipIf(leftOut !== '')(
    `another PID namespace of the same root has the same host id and boot id${leftOut}`,
    async () => {
      const here = await readHostIdentity(lock);
      await lock.release();
      const there = await runInNamespaces(['--pid', '--mount-proc'], PROGRAM, [place.root]);
      expect(there).toEqual({ ...here, pidNamespace: expect.stringMatching(/^\d+$/) });
      expect(there).not.toMatchObject({ pidNamespace: here.pidNamespace });
    },
  );

  test.skipIf(leftOut !== '')(
    `the lock of a scratch root holds against another PID namespace that shares it${leftOut}`,
    async () => {
      const container = () => runInNamespaces(['--pid', '--mount-proc'], PROGRAM, [place.root]);
      expect(await container()).toEqual({ heldBy: process.pid });
      await lock.release();
      expect(await container()).toMatchObject({ hostId: expect.any(String) });
    },
  );

  test.skipIf(leftOut !== '')(`a /proc of another PID namespace is refused${leftOut}`, async () => {
    await lock.release();
    expect(await runInNamespaces(['--pid'], PROGRAM, [place.root])).toMatch(
      /\/proc shows the processes of another PID namespace/,
    );
  });

  test.skipIf(leftOut !== '')(`a /proc without the boot id is refused${leftOut}`, async () => {
    await lock.release();
    const prepare = 'mount -t proc -o subset=pid proc /proc';
    await expect(runInNamespaces(['--mount'], PROGRAM, [place.root], prepare)).rejects.toThrow(
      /boot_id cannot be read: a Linux render host needs all of .proc, without subset=pid/,
    );
  });

  test.skipIf(leftOut !== '').each([
    ['of a PC', 'class', 'class/dmi/id', 'product_uuid', `${randomUUID().toUpperCase()}\n`],
    ['of a board', 'firmware', 'firmware/devicetree/base', 'serial-number', '10000000ab12cd34\0'],
  ])(
    `the hardware id %s is read if this user may read it${leftOut}`,
    async (_what, mount, folder, file, text) => {
      await lock.release();
      const content = join(place.base, 'hardware-id');
      await writeFile(content, text);
      await chmod(content, 0o400);
      const prepare =
        `mount -t tmpfs tmpfs /sys/${mount} && mkdir -p /sys/${folder} && ` +
        `cp ${content} /sys/${folder}/${file}`;
      const args = [place.root];
      expect(await runInNamespaces(['--mount'], PROGRAM, args, prepare)).toMatchObject({
        hardwareId: text.replace(/[\0\n]/, '').toLowerCase(),
      });
    },
  );
});
