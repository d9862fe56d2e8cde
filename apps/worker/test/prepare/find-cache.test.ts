import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { expect, test } from 'vitest';
import { findPlaces } from '../../src/commands/prepare/find-places.ts';
import { aHost } from './a-host.ts';

const folder = folderOfFile('find-cache');

async function find(name: string, gigabytes: string) {
  const env = { RENDERDECK_SCRATCH_ROOT: join(folder.path, name), RENDERDECK_CACHE_GB: gigabytes };
  const found = await findPlaces(aHost({ platform: 'linux', env }));
  return found.filter((one) => one.name === 'cache');
}

test('the cache is examined only if the host has one', async () => {
  expect(await find('off', '0')).toEqual([]);
  const [huge] = await find('huge', '1000000');
  expect(huge).toMatchObject({
    state: 'unknown',
    sentence: expect.stringMatching(/^RENDERDECK_CACHE_GB=1000000 is more than the \d+ GB/),
  });
  const root = join(folder.path, 'linked');
  await mkdir(root);
  await symlink(folder.path, join(root, '.cache'));
  expect(await find('linked', '1')).toEqual([
    { name: 'cache', state: 'todo', sentence: `The cache of ${root} is a link: remove it.` },
  ]);
});
