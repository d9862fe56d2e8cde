/*
 * `pnpm test` runs every test of every project, in two runs. The first run measures coverage, for
 * the projects that have thresholds. The second run has all other projects, without coverage,
 * because measuring them would take minutes. Further arguments go to vitest. A selection (a file, a
 * project, a name) is one run without coverage. Browser tests need Chromium or Chrome. Without a
 * browser they are left out, and one line says so; with CI=true this is a failure.
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
/** The projects with coverage thresholds (vitest.workspace.ts). All others run without coverage. */
const COVERED = 'domain contract rest-adapter operations api'.split(' ');
/** For the second run, in which most tests wait for a farm. Decision 0056 gives the numbers. */
const WAITING_WORKERS = 5;
const howToInstall =
  'install chromium (Debian: apt-get install chromium) or set CHROME_PATH to a Chromium or Chrome.';

if (!hasBrowser && process.env.CI === 'true') {
  console.error(`Browser tests cannot run, but with CI=true they must: ${howToInstall}`);
  process.exitCode = 1;
} else {
  // Ctrl-C also reaches vitest. This process waits until vitest has cleaned up.
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
      `Left out: the tests of project "browser" (apps/*/browser). To run them, ${howToInstall}`,
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
