import { constants } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openRegular, openRegularSync, readRegular } from '../../src/paths/open-regular.mjs';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aRoot } from '../scratch/a-root.ts';
import { NAMED_THINGS, noDevice, putThing, type Thing } from './put-thing.ts';

const place = ofEachTest(aRoot);
let path: string;
beforeEach(() => {
  path = join(place.base, 'thing');
});

const WRITE = constants.O_WRONLY | constants.O_CREAT;

test.skipIf(noDevice !== '')(`a device is one of these things${noDevice}`, () => {
  expect(NAMED_THINGS.map(([thing]) => thing)).toContain('device');
});

describe.each(NAMED_THINGS)('%s', (thing: Thing, named) => {
  beforeEach(() => putThing(thing, path));

  test('is opened neither for reading nor for writing', async () => {
    const message = `${path} is ${named}, not a regular file`;
    await expect(openRegular(path)).rejects.toThrow(message);
    await expect(openRegular(path, { flags: WRITE })).rejects.toThrow(message);
    expect(() => openRegularSync(path)).toThrow(message);
    expect(() => openRegularSync(path, { flags: WRITE })).toThrow(message);
    await expect(readRegular(path)).rejects.toThrow(message);
  });

  test('is not opened through a link either', async () => {
    await expect(readRegular(path, { follow: true })).rejects.toThrow(
      /is a (FIFO|socket|device|folder), not a regular file$|^ENOENT|^ELOOP/,
    );
  });
});

test('a regular file is read whole or only its head, and a too large one is refused', async () => {
  await writeFile(path, 'x'.repeat(600_000));
  expect((await readRegular(path)).length).toBe(600_000);
  expect((await readRegular(path, { head: true, mostBytes: 10 })).toString()).toBe('x'.repeat(10));
  await expect(readRegular(path, { mostBytes: 599_999 })).rejects.toThrow(/more than 599999 bytes/);
});

test('a link to a regular file is followed only with `follow`', async () => {
  await writeFile(path, 'text');
  const link = join(place.base, 'link');
  await symlink(path, link);
  await expect(readRegular(link)).rejects.toThrow(`${link} is a link`);
  expect((await readRegular(link, { follow: true })).toString()).toBe('text');
});

test('a missing file is created with O_CREAT and is an error without it', async () => {
  await expect(openRegular(path)).rejects.toThrow(/^ENOENT/);
  const file = await openRegular(path, { flags: WRITE, mode: 0o600 });
  await file.writeFile('made');
  await file.close();
  expect(await readFile(path, 'utf8')).toBe('made');
});
