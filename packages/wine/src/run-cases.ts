/*
 * Runs a TypeScript file of `node:test` cases in node.exe.
 *
 * 1. esbuild bundles the file NAME.windows.ts and all that it imports into the folder
 *    `C:\cases-NAME.windows`. It bundles the .mjs files that render-host starts as programs into
 *    the same folder, where `import.meta.url` looks for them.
 * 2. A reporter writes one line for each case into a file.
 * 3. Cases that hang are ended after five minutes. The test of the list of names then fails. A
 *    node.exe that does not end after its last case, as under Wine sometimes, is ended earlier.
 * 4. When Wine itself crashes (its server by an assertion, one of its processes by a broken heap),
 *    all processes of the machine are ended and the cases run again, up to MOST_REPEATS times.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import type { CaseResult, Wine, WineProcess, WineResult } from './wine.ts';

const RENDER_HOST = fileURLToPath(new URL('../../render-host/src', import.meta.url));
/** The files that render-host starts as programs or loads by their address. */
const PROGRAMS = [
  'process/launcher.mjs',
  'process/look-child.mjs',
  'process/program-child.mjs',
  'self-test/run-program.mjs',
  'nexrender/render-child.mjs',
];
/** Packages in CommonJS that are bundled into an ES module call `require`. */
const REQUIRE =
  "import { createRequire as requireOf } from 'node:module';" +
  'const require = requireOf(import.meta.url);';

/** The last line of the reporter. */
const END = 'end';
const REPORTER = `export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const { cause } = data.details?.error ?? {};
    const text = cause?.stack ?? cause?.message ?? data.details?.error?.message ?? 'failed';
    const skipped = data.skip !== undefined ? 'the case was skipped' : null;
    const error = type === 'test:fail' ? String(text) : skipped;
    yield JSON.stringify({ name: data.name, error }) + '\\n';
  }
  yield '${END}\\n';
}
`;

const LONGEST_MS = 300_000;
const ENDS_WITHIN_MS = 20_000;
/** Also after some crashes of Wine. */
const CASES_WITHIN_MS = 3 * LONGEST_MS;
const POLL_MS = 1000;
export async function runCases(
  wine: Wine,
  file: string | URL,
  env: Readonly<Record<string, string>> = {},
): Promise<CaseResult[]> {
  const source = file instanceof URL ? fileURLToPath(file) : file;
  const name = basename(source).replace(/\.ts$/, '');
  const folder = join(wine.driveC, `cases-${name}`);
  // A copied machine may hold the folder of an earlier run.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await build({
    entryPoints: [source, ...PROGRAMS.map((name) => join(RENDER_HOST, name))].map((path) => ({
      in: path,
      out: basename(path).replace(/\.m?[jt]s$/, ''),
    })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['koffi'],
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
  await writeFile(join(folder, 'reporter.mjs'), REPORTER);
  const runOnce = async () => {
    const reported = join(folder, 'results.txt');
    await rm(reported, { force: true });
    const program = wine.start(
      wine.nodeExe,
      ['--test-reporter=./reporter.mjs', '--test-reporter-destination=results.txt', `${name}.mjs`],
      { cwd: folder, env },
    );
    const read = () => readFile(reported, 'utf8').catch(() => '');
    const ended = await untilEnd(program, async () => (await read()).endsWith(`${END}\n`));
    return { ...ended, text: await read() };
  };
  let ran = await runOnce();
  for (let repeat = 0; repeat < MOST_REPEATS && wine.hasCrashed(); repeat += 1) {
    await wine.powerOff();
    ran = await runOnce();
  }
  const { code, output, text } = ran;
  const results = text
    .split('\n')
    .filter((line) => line !== '' && line !== END)
    .map(parseCase);
  if (results.length === 0)
    throw new Error(`No case ran in ${source} (exit code ${code}): ${output.slice(-4000)}`);
  return results;
}

/** Waits for the end of the program. Ends it when it stays for long after its last case. */
async function untilEnd(program: WineProcess, hasRun: () => Promise<boolean>): Promise<WineResult> {
  const kill = () => process.kill(program.pid, 'SIGKILL');
  let deadline = setTimeout(kill, LONGEST_MS);
  let isKnown = false;
  const poll = setInterval(async () => {
    if (!(await hasRun()) || isKnown) return;
    isKnown = true;
    clearInterval(poll);
    clearTimeout(deadline);
    deadline = setTimeout(kill, ENDS_WITHIN_MS);
  }, POLL_MS);
  return await program.ended.finally(() => {
    isKnown = true;
    clearInterval(poll);
    clearTimeout(deadline);
  });
}

function parseCase(line: string): CaseResult {
  const { name, error }: { name: string; error: string | null } = JSON.parse(line);
  return { name, error };
}

/**
 * Makes one test for each case, and one test for the list of names, which shows other cases. The
 * cases run before the first test.
 */
export function checkCases(
  run: () => Promise<readonly CaseResult[]>,
  names: readonly string[],
): void {
  let results: readonly CaseResult[];
  beforeAll(async () => {
    results = await run();
  }, CASES_WITHIN_MS);
  test.each(names)('%s', (name) => {
    expect(results.find((result) => result.name === name)).toMatchObject({ error: null });
  });
  test('every case ran', () => expect(results.map(({ name }) => name)).toEqual(names));
}

/** How many times a test runs again when Wine crashes during it. */
export const MOST_REPEATS = 8;

const CRASHED =
  /^(wineserver64: .*Assertion .* failed|corrupted |malloc\(\): |free\(\): |double free)/m;

/**
 * Whether a program of the machine has printed that Wine itself crashed. The server prints an
 * assertion; for a process with a broken heap, the C library of Linux prints a line.
 */
export function saysCrash(output: string): boolean {
  return CRASHED.test(output);
}
