import { expect, it } from 'vitest';
import { listTrackedFiles, readText } from '../tracked-files.ts';
import { findUnrecordedSaves } from './saved-jobs.ts';

const files = (await listTrackedFiles()).filter((file) =>
  /^packages\/operations\/src\/.*[.]ts$/.test(file),
);

it('an operation that saves a job also inserts a job change or an audit entry', async () => {
  const found = files.map(async (file) => findUnrecordedSaves(file, (await readText(file)) ?? ''));
  expect((await Promise.all(found)).flat(), 'Save the job through saveChange.').toEqual([]);
});

it('both ways to save a job are used, so the check above has something to read', async () => {
  const texts = await Promise.all(files.map(readText));
  for (const save of ['saveJob(', 'insertJob('])
    expect(texts.some((text) => text?.includes(save))).toBe(true);
});

it('an operation that saves a job and records nothing is named', () => {
  const recorded =
    'export async function good(tx) {\n  await saveJob(tx);\n  await insertJobChange(tx);\n}\n';
  const silent = 'async function bad(tx) {\n  await saveJob(tx);\n}\n';
  expect(findUnrecordedSaves('a.ts', `import x from 'x';\n${recorded}${silent}`)).toEqual([
    'a.ts: bad calls saveJob but records no job change',
  ]);
  expect(findUnrecordedSaves('a.ts', recorded)).toEqual([]);
});
