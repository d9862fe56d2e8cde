import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { findLeftovers } from '../../src/scratch/find-leftovers.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aRoot } from './a-root.ts';

const place = ofEachTest(aRoot);

test('only folders and trash of attempts that are over are found; nothing changes', async () => {
  for (const id of ['over', 'running', 'trashed']) await createScratchFolder(place.root, id);
  await mkdir(join(place.root, '.trash'));
  await rename(
    join(place.root, 'attempt-trashed'),
    join(place.root, '.trash', 'attempt-trashed~01020304'),
  );
  await mkdir(join(place.root, 'somebody-elses'));
  await mkdir(join(place.root, 'attempt-fake', 'work'), { recursive: true });
  await writeFile(join(place.root, 'attempt-file'), '');
  const before = await place.rest();

  const found = await findLeftovers(place.root, (id) => id !== 'running');
  expect(found.folders.map((folder) => folder.attemptId).sort()).toEqual(['over', 'trashed']);
  expect(found.refused.map(({ path }) => path).sort()).toEqual([
    join(place.root, 'attempt-fake'),
    join(place.root, 'attempt-file'),
  ]);
  expect(await place.rest()).toEqual(before);

  for (const folder of found.folders)
    expect(await removeScratchFolder(folder)).toMatchObject({ files: 1, leftovers: [] });
  expect(await place.rest()).toEqual([
    'attempt-fake',
    'attempt-file',
    'attempt-running',
    'somebody-elses',
  ]);
});
