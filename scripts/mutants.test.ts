import { randomOf } from '@renderdeck/testing/random';
import { expect, test } from 'vitest';
import { chooseMutants, findMutants, withMutants } from './mutants/find-mutants.ts';

const SOURCE = `
const LIMIT = 5;
export function decide(job: Job) {
  if (job.size < LIMIT && job.open) log(1_000);
  return sql\`select 1 from jobs where id = 3 and ended is null for update\`;
}
`;

test('mutants stand in functions, and each changes one thing', () => {
  const found = findMutants('a/decide.ts', SOURCE);
  expect(found.map(({ original, text }) => [original, text])).toEqual([
    ['job.size < LIMIT && job.open', '(job.size < LIMIT) || (job.open)'],
    ['job.size < LIMIT && job.open', '!(job.size < LIMIT && job.open)'],
    ['job.size < LIMIT', '(job.size) <= (LIMIT)'],
    ['log(1_000);', ''],
    ['1_000', '1001'],
    ...[
      'where id = 3 or ended is null for update',
      'where id = 3 and ended is not null for update',
      'where id = 3 and ended is null',
      'where id <> 3 and ended is null for update',
    ].map((text) => [expect.stringContaining('sql`'), `sql\`select 1 from jobs ${text}\``]),
  ]);
  expect(new Set(found.map(({ line }) => line))).toEqual(new Set([4, 5]));
});

test('the `and` of a range is no condition', () => {
  const texts = findMutants('a.ts', 'const f = () => sql`where n between 1 and 2 and x`').map(
    ({ text }) => text,
  );
  expect(texts).toEqual(['sql`where n between 1 and 2 or x`']);
});

test('a seed determines the choice, which never overlaps', () => {
  const found = [...findMutants('a/one.ts', SOURCE), ...findMutants('b/two.ts', SOURCE)];
  const choose = (seed: number) =>
    chooseMutants(found, { count: 4, folders: ['a/', 'b/'], random: randomOf(seed) });
  expect(choose(7)).toEqual(choose(7));
  expect(choose(7).map(({ file }) => file)).toEqual([
    'a/one.ts',
    'a/one.ts',
    'b/two.ts',
    'b/two.ts',
  ]);
  const many = chooseMutants(found, { count: 99, folders: ['a/', 'b/'], random: randomOf(1) });
  for (const one of many)
    for (const { file, start, end } of many.filter((other) => other !== one))
      expect(file !== one.file || end <= one.start || one.end <= start).toBe(true);
});

test('a file has all of its mutants, and a number switches one on', () => {
  const [first] = findMutants('a.ts', SOURCE).filter(({ text }) => text === '');
  if (first === undefined) throw new Error('a statement can be dropped');
  const changed = SOURCE.replace('log(1_000);', '{ if (!isMutant(9)) log(1_000); }');
  expect(withMutants(SOURCE, [{ ...first, number: 9 }], '/switch.mjs')).toBe(
    `import { isMutant } from "/switch.mjs"; ${changed}`,
  );
});
