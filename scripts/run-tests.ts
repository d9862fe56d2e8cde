/*
 * `pnpm test` runs the tests that people wait for: each promise of Renderdeck once.
 * `pnpm test:long` (`--long`) runs the rest: the files `*.long.test.ts`. It chooses a new seed for
 * their random inputs, and prints how to repeat it.
 *
 * 1. One line says how many tests there are, and how long they take (test-record.json).
 * 2. Vitest runs them. It prints failures only, and in a terminal how far it is.
 * 3. The names of tests that cannot run here say why. Then three lines: passed, failed, not run.
 *
 * Other arguments go to vitest. With a selection (a file, a project, a name) vitest runs what it
 * selects, of both kinds, and prints its usual results. `--coverage` measures the projects that
 * have thresholds, in a run of their own, because measuring the others would take minutes.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@renderdeck/testing/find-chromium';
import { sweepInterruptedRuns } from '@renderdeck/testing/leak-check';
import { execa } from 'execa';
import workspace from '../vitest.workspace.ts';
import record from './test-record.json' with { type: 'json' };
import { type Results, readResults } from './test-results.mjs';

const given = process.argv.slice(2).filter((arg) => arg !== '--');
const args = given.filter((arg) => arg !== '--long' && arg !== '--coverage');
const command = given.includes('--long') ? 'test:long' : 'test';
const RENDERDECK_TEST_KIND = command === 'test' ? 'short' : 'long';
const SEED =
  process.env.RENDERDECK_TEST_SEED ?? String(command === 'test' ? 1 : randomInt(2 ** 31));
const isSelection = args.some(
  (arg) => !arg.startsWith('-') || /^(--project|-t|--testNamePattern)\b/.test(arg),
);
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);
const browser = findChromium() === null ? ['--project=!browser'] : [];
const HOW_TO_INSTALL =
  'install chromium (Debian: apt-get install chromium) or set CHROME_PATH to a Chromium or Chrome';
/** The projects with coverage thresholds (vitest.workspace.ts). */
const COVERED = 'domain contract rest-adapter operations api'.split(' ');
const OTHERS = (workspace.test?.projects ?? [])
  .flatMap((project) => (typeof project === 'object' && 'test' in project ? [project.test] : []))
  .map((test) => String(test?.name))
  .filter((name) => !COVERED.includes(name) && (browser.length === 0 || name !== 'browser'));
/** Most of a run waits for programs. Decision 0056 gives the numbers. */
const WORKERS = '--maxWorkers=5';
/** A record that is further from the truth than this is corrected. */
const TOLERANCE = 0.05;

let interrupted = false;
// Ctrl-C also reaches vitest, which then ends at once. This process ends what the tests started.
process.on('SIGINT', () => {
  interrupted = true;
});

if (browser.length > 0 && process.env.CI === 'true') {
  console.error(`Browser tests cannot run, but with CI=true they must: ${HOW_TO_INSTALL}.`);
  process.exitCode = 1;
} else if (!isSelection) await runAll();
else if (command === 'test') process.exitCode = await run(browser);
else {
  console.error('`pnpm test:long` runs all long tests. `pnpm test FILE` runs a selected one.');
  process.exitCode = 1;
}
if (interrupted) {
  await sweepInterruptedRuns();
  console.log('Interrupted: everything that the tests started has ended.');
  process.exitCode = 130;
}

async function runAll(): Promise<void> {
  const { tests, minutes } = record[command];
  const left = browser.length > 0 ? record.browser[command] : 0;
  console.log(`${number(tests - left)} tests, about ${minutes} minutes on two quiet cores.`);
  if (command === 'test:long')
    console.log(`Random inputs: RENDERDECK_TEST_SEED=${SEED} npx -y pnpm@10.34.9 test:long`);
  const results = await mkdtemp(
    join(process.env.RENDERDECK_TEST_RESULTS ?? tmpdir(), 'renderdeck-results-'),
  );
  const runs = given.includes('--coverage')
    ? [
        ['--coverage', ...COVERED.map((name) => `--project=${name}`)],
        [WORKERS, ...OTHERS.map((name) => `--project=${name}`)],
      ]
    : [[WORKERS, ...browser]];
  for (const options of runs) {
    if (interrupted) break;
    const exitCode = await run(options, results);
    if (exitCode !== 0) process.exitCode = exitCode;
  }
  const read = await readResults(results);
  if (process.env.RENDERDECK_TEST_RESULTS === undefined) await rm(results, { recursive: true });
  if (!interrupted) report(read, left);
}

function report({ passed, failed, skipped }: Results, left: number): void {
  const other = command === 'test' ? 'test:long' : 'test';
  const kind = other === 'test' ? 'tests of each day' : 'tests of long runs';
  const notRun = [
    `${number(record[other].tests)} ${kind} (npx -y pnpm@10.34.9 ${other})`,
    ...(left > 0 ? [`${left} of the browser (no Chromium: ${HOW_TO_INSTALL})`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} that this machine cannot run`] : []),
  ];
  for (const name of skipped) console.log(`Cannot run here: ${name}`);
  console.log(
    `Passed: ${number(passed)}\nFailed: ${number(failed)}\nNot run: ${notRun.join('; ')}.`,
  );
  const tests = passed + failed + skipped.length + left;
  if (Math.abs(tests / record[command].tests - 1) > TOLERANCE && process.env.CI === 'true') {
    console.error(`scripts/test-record.json is old: ${command} has ${tests} tests. Correct it.`);
    process.exitCode = 1;
  }
}

function number(value: number): string {
  return value.toLocaleString('en');
}

/** `results`: the folder for the results of vitest, which then prints only failures. */
async function run(options: readonly string[], results?: string): Promise<number> {
  const { exitCode } = await execa(
    process.execPath,
    [vitest, 'run', '--config', 'vitest.workspace.ts', ...options, ...args],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: {
        RENDERDECK_TEST_SEED: SEED,
        ...(results && { RENDERDECK_TEST_RESULTS: results, RENDERDECK_TEST_KIND }),
      },
      stdio: 'inherit',
      reject: false,
      forceKillAfterDelay: 60_000,
    },
  );
  return exitCode ?? 1;
}
