/*
 * `pnpm test`: every test of every project, with coverage and its thresholds. Further arguments go
 * to vitest. A selection (a file, a project, a name) runs without coverage, because the thresholds
 * are about the whole. Browser tests need Chromium or Chrome: without one they are left out and one
 * line says so; under CI=true that is a failure.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@renderdeck/testing/find-chromium';
import { execa } from 'execa';

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const isSelection = args.some(
  (arg) => !arg.startsWith('-') || /^(--project|-t|--testNamePattern)\b/.test(arg),
);
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);
const hasBrowser = findChromium() !== null;
const howToHave =
  'install chromium (Debian: apt-get install chromium) or set CHROME_PATH to a Chromium or Chrome.';

if (!hasBrowser && process.env.CI === 'true') {
  console.error(`Browser tests cannot run, and under CI they must: ${howToHave}`);
  process.exitCode = 1;
} else {
  // Ctrl-C reaches vitest too; this process stays until vitest has cleaned up.
  process.on('SIGINT', () => {});
  const { exitCode } = await execa(
    process.execPath,
    [
      vitest,
      'run',
      '--config',
      'vitest.workspace.ts',
      ...(isSelection ? [] : ['--coverage']),
      ...(hasBrowser ? [] : ['--project=!browser']),
      ...args,
    ],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: 'inherit',
      reject: false,
      forceKillAfterDelay: 60_000,
    },
  );
  process.exitCode = exitCode ?? 1;
  if (!hasBrowser)
    console.log(
      `Left out: the tests of project "browser" (apps/*/browser). To have them, ${howToHave}`,
    );
}
