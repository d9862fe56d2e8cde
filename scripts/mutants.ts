/*
 * Shows which tests catch which faults, at which level: `pnpm mutants [--mutants N] [--seed S]
 * [--levels domain,api] [--results FILE]`, and `pnpm mutants --report FILE` for the table alone.
 * A test level that catches nothing alone is one to ask: what does it show that no other shows?
 *
 * 1. A seed chooses small faults ("mutants", mutants/find-mutants.ts) in the sources of the last
 *    commit: conditions turned, statements dropped, constants and SQL changed.
 * 2. A copy of the repository gets all of them. A variable of the environment switches one on, in
 *    the tests and in the programs that they start. The variables do not begin with RENDERDECK_,
 *    because a render does not get those.
 * 3. All short tests of the chosen levels run once without a mutant. Each process writes down
 *    which mutants it reaches, and for which test file (mutants/run-mutants.ts).
 * 4. For each mutant and level, the test files that reach it run, the quick ones first, until one
 *    fails. A test that does not end counts as a failure. Where a cheaper level catches the mutant,
 *    only the quick ones of a dearer level run, and none of the level `farm`.
 * 5. FILE gets a line for each mutant and level. The table says what each level catches, and names
 *    the mutants that no level catches.
 *
 * Nothing else should run beside this: a test that fails because the machine is busy would count.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomOf } from '@renderdeck/testing/random';
import { execa } from 'execa';
import { chooseMutants, findMutants, type Mutant, withMutants } from './mutants/find-mutants.ts';
import type { Result } from './mutants/run-mutants.ts';
import { listTrackedFiles, TOP } from './tracked-files.ts';

const FOLDERS = [
  ...['domain', 'operations', 'store', 'render-host'].map((name) => `packages/${name}/src/`),
  ...['apps/api/src/', 'apps/worker/src/'],
];
/** From the cheapest to the dearest. */
const LEVELS: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  contract: ['contract', 'settings', 'client', 'rest-adapter'],
  store: ['store'],
  operations: ['operations'],
  host: ['render-host', 'worker'],
  api: ['api', 'ctl'],
  farm: ['e2e', 'standalone'],
};
const SWITCH = `
const { env } = globalThis.process ?? { env: {} };
const seen = new Set();
export function isMutant(number) {
  if (env.MUTATION_REACHED) note(env.MUTATION_TEST + '\\t' + number + '\\n');
  return env.MUTATION_ACTIVE === String(number);
}
function note(line) {
  if (seen.has(line)) return;
  seen.add(line);
  try {
    process.getBuiltinModule('node:fs').appendFileSync(env.MUTATION_REACHED, line);
  } catch {
    // A program that may write nothing is not counted.
  }
}
`;
const SETUP = `
import { expect } from 'vitest';
process.env.MUTATION_TEST = expect.getState().testPath;
`;

const { values } = parseArgs({
  options: {
    mutants: { type: 'string', default: '240' },
    seed: { type: 'string', default: '1' },
    levels: { type: 'string', default: Object.keys(LEVELS).join() },
    results: { type: 'string', default: join(tmpdir(), 'mutants.jsonl') },
    report: { type: 'string' },
  },
});
const levels = values.levels.split(',').map((level) => [level, LEVELS[level] ?? []]);
const mutants = await choose();
if (values.report === undefined) await runAll();
report(await readResults(values.report ?? values.results));

async function choose(): Promise<(Mutant & { number: number })[]> {
  const files = (await listTrackedFiles()).filter(
    (file) =>
      FOLDERS.some((folder) => file.startsWith(folder)) &&
      /[.](ts|mjs)$/.test(file) &&
      !/[.]test[.]|[.]d[.]ts$|[/](migrations|testing)[/]/.test(file),
  );
  const found = await Promise.all(
    files.map(async (file) => findMutants(file, await readFile(join(TOP, file), 'utf8'))),
  );
  const random = randomOf(Number(values.seed));
  const wanted = { count: Number(values.mutants), folders: FOLDERS, random };
  return chooseMutants(found.flat(), wanted).map((one, index) => ({ ...one, number: index + 1 }));
}

async function runAll(): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'mutants-'));
  try {
    await execa('git', ['worktree', 'add', '--detach', copy], { cwd: TOP });
    await execa('npx', ['-y', 'pnpm@10.34.9', 'install', '--offline'], { cwd: copy });
    await putIn(copy);
    console.log(`${mutants.length} mutants, seed ${values.seed}. Results: ${values.results}`);
    await writeFile(values.results, '');
    // The packages take turns, so that a part of a run speaks for all of them.
    const numbers = JSON.stringify(mutants.map(({ number }) => number).toSorted(byDigits));
    const options = [numbers, JSON.stringify(levels), values.results, join(copy, 'reached.txt')];
    await execa(
      process.execPath,
      ['--import', 'tsx', join(copy, 'scripts/mutants/run-mutants.ts'), ...options],
      { cwd: copy, stdio: 'inherit', env: { RENDERDECK_TEST_KIND: 'short' }, reject: false },
    );
  } finally {
    await execa('git', ['worktree', 'remove', '--force', copy], { cwd: TOP, reject: false });
    await rm(copy, { recursive: true, force: true });
  }
}

/** By the last digit first: the packages take turns. */
function byDigits(one: number, other: number): number {
  return (one % 10) - (other % 10) || one - other;
}

async function putIn(copy: string): Promise<void> {
  const switchFile = join(copy, 'mutant-switch.mjs');
  await writeFile(switchFile, SWITCH);
  await writeFile(join(copy, 'mutant-setup.mjs'), SETUP);
  const config = join(copy, 'vitest.workspace.ts');
  const text = await readFile(config, 'utf8');
  // A test of a mutant that hangs need not wait as long as on a busy machine.
  const changed = text
    .replaceAll(/(testTimeout|hookTimeout): \d+_000/g, '$1: 40_000')
    .replace(
      '...test,',
      "...test, setupFiles: ['./mutant-setup.mjs', test.setupFiles ?? []].flat(),",
    );
  await writeFile(config, changed);
  for (const file of new Set(mutants.map((mutant) => mutant.file))) {
    const own = mutants.filter((mutant) => mutant.file === file);
    const source = await readFile(join(copy, file), 'utf8');
    await writeFile(join(copy, file), withMutants(source, own, switchFile));
  }
}

async function readResults(file: string): Promise<Result[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

function report(results: readonly Result[]): void {
  const catching = (number: number) =>
    results.filter((one) => one.number === number && one.caughtBy.length > 0);
  const done = mutants.filter(({ number }) => results.some((one) => one.number === number));
  for (const level of new Set(results.map((one) => one.level))) {
    const caught = done.filter(({ number }) => catching(number).some((one) => one.level === level));
    const alone = caught.filter(({ number }) => catching(number).length === 1);
    const reached = results.filter((one) => one.level === level && one.reached > 0);
    console.log(
      `${level}: reaches ${reached.length}, catches ${caught.length}, alone ${alone.length}`,
    );
  }
  for (const folder of FOLDERS) {
    const own = done.filter(({ file }) => file.startsWith(folder));
    const caught = own.filter(({ number }) => catching(number).length > 0);
    console.log(`${folder}: ${caught.length} of ${own.length} caught`);
  }
  for (const { number, file, line, original, text } of done) {
    if (catching(number).length > 0) continue;
    const isReached = results.some((one) => one.number === number && one.reached > 0);
    console.log(`${number} ${isReached ? 'not caught' : 'not reached'}: ${file}:${line}`);
    console.log(`  ${original.slice(0, 300)}\n  → ${text.slice(0, 300) || '(dropped)'}`);
  }
}
