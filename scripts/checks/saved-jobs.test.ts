import { expect, it } from 'vitest';
import { listTrackedFiles, readText } from '../tracked-files.ts';
import { findUnrecordedReruns, findUnrecordedWrites } from './saved-jobs.ts';

const tracked = await listTrackedFiles();
const read = async (folder: RegExp) =>
  await Promise.all(
    tracked
      .filter((file) => folder.test(file))
      .map(async (file) => ({ file, text: (await readText(file)) ?? '' })),
  );
const statements = await read(/^packages\/store\/src\/.*[.]ts$/);
const operations = await read(/^packages\/operations\/src\/.*[.]ts$/);

it('a statement that writes to the table of jobs inserts a job change too', () => {
  const found = statements.flatMap(({ file, text }) => findUnrecordedWrites(file, text));
  expect(found, 'History and job are one statement.').toEqual([]);
});

it('an operation that inserts a rerun inserts a job change too', () => {
  expect(operations.flatMap(({ file, text }) => findUnrecordedReruns(file, text))).toEqual([]);
});

it('such statements and operations exist, so the checks above check something', () => {
  const files = statements
    .filter(({ text }) => /\b(update|insert into) jobs\b/.test(text))
    .map(({ file }) => file.split('/').at(-1));
  expect(files).toEqual(
    expect.arrayContaining(['change-ctes.ts', 'claim-ctes.ts', 'insert-jobs.ts']),
  );
  expect(operations.some(({ text }) => text.includes('insertRerun('))).toBe(true);
});

it.each([
  ['update jobs set version = 2', 1],
  ['insert into jobs (id) values (1)', 1],
  ['await tx.update(jobs).set(values)', 1],
  ['update jobs set version = 2; insert into job_changes (job_id) values (1)', 0],
  ['insert into job_definitions (job_id) values (1)', 0],
])('%s', (text, found) => {
  expect(findUnrecordedWrites('a.ts', text)).toHaveLength(found);
});

it('a function that inserts a rerun without a job change is reported', () => {
  const recorded =
    'export async function good(tx) {\n  await insertRerun(tx);\n  await insertJobChange(tx);\n}\n';
  const silent = 'async function bad(tx) {\n  await insertRerun(tx);\n}\n';
  expect(findUnrecordedReruns('a.ts', `import x from 'x';\n${recorded}${silent}`)).toEqual([
    'a.ts: bad calls insertRerun but records no job change',
  ]);
});
