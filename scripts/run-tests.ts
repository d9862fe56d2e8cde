/*
 * `pnpm test`: every test of every project, in two runs. The first has the projects that the
 * thresholds of coverage are about, with coverage; the second has all others, without: to measure
 * what no threshold is about costs minutes. Further arguments go to vitest. A selection (a file, a
 * project, a name) is one run without coverage. Browser tests need Chromium or Chrome: without one
 * they are left out and one line says so; under CI=true that is a failure.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@renderdeck/testing/find-chromium';
import { execa } from 'execa';
import workspace from '../vitest.workspace.ts';

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const isSelection = args.some(
  (arg) => !arg.startsWith('-') || /^(--project|-t|--testNamePattern)\b/.test(arg),
);
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);
const hasBrowser = findChromium() !== null;
const PROJECTS = (workspace.test?.projects ?? []).flatMap((project) =>
  typeof project === 'object' && 'test' in project ? [String(project.test?.name)] : [],
);
/** What holds the thresholds (vitest.workspace.ts). All other projects run without coverage. */
const COVERED = 'domain contract rest-adapter operations api'.split(' ');
/** Of the second run: most of its tests wait for something that a farm does. Decision 0056. */
const WAITING_WORKERS = 5;
const howToHave =
  'install chromium (Debian: apt-get install chromium) or set CHROME_PATH to a Chromium or Chrome.';

if (!hasBrowser && process.env.CI === 'true') {
  console.error(`Browser tests cannot run, and under CI they must: ${howToHave}`);
  process.exitCode = 1;
} else {
  // Ctrl-C reaches vitest too; this process stays until vitest has cleaned up.
  let interrupted = false;
  process.on('SIGINT', () => {
    interrupted = true;
  });
  const names = PROJECTS.filter((name) => hasBrowser || name !== 'browser');
  const [covered, others] = [true, false].map((isCovered) =>
    names.filter((name) => COVERED.includes(name) === isCovered).map((name) => `--project=${name}`),
  );
  const runs = isSelection
    ? [hasBrowser ? [] : ['--project=!browser']]
    : [
        ['--coverage', ...(covered ?? [])],
        [`--maxWorkers=${WAITING_WORKERS}`, ...(others ?? [])],
      ];
  for (const selection of runs) {
    if (interrupted) break;
    const exitCode = await run(selection);
    if (exitCode === 0) continue;
    process.exitCode = exitCode;
    console.error(`vitest ended with ${exitCode}: ${selection.join(' ')}`);
  }
  if (!hasBrowser)
    console.log(
      `Left out: the tests of project "browser" (apps/*/browser). To have them, ${howToHave}`,
    );
}

async function run(selection: readonly string[]): Promise<number> {
  const { exitCode } = await execa(
    process.execPath,
    [vitest, 'run', '--config', 'vitest.workspace.ts', ...selection, ...args],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: 'inherit',
      reject: false,
      forceKillAfterDelay: 60_000,
    },
  );
  return exitCode ?? 1;
}
