/**
 * `pnpm verify` runs every check that needs no database. The checks that take longest start first.
 * `--no-tests` leaves out the tests, for a caller that has just run all of them.
 */
import { type Check, runChecks } from './run-checks.ts';
import { TOP } from './tracked-files.ts';

const own = (name: string) => `node --import tsx scripts/check.ts ${name}`;
const tests = (...projects: string[]) =>
  ['vitest run --config vitest.workspace.ts', ...projects].join(' --project ');

const CHECKS: readonly Check[] = [
  {
    name: 'types',
    command: 'tsc --noEmit',
    fix: 'correct the types where tsc points.',
  },
  {
    name: 'types of the page',
    command: 'tsc --noEmit -p apps/admin-ui',
    fix: 'correct the types where tsc points.',
  },
  {
    name: 'layers',
    command: 'depcruise --config .dependency-cruiser.cjs --output-type err packages apps scripts',
    fix: 'import only what .dependency-cruiser.cjs lists for the folder.',
  },
  {
    name: 'tests of the domain, the documents and the checks',
    command: tests('domain', 'documents', 'checks'),
    fix: 'correct the code or the document that the test names.',
  },
  {
    name: 'format and lint',
    command: 'biome check .',
    fix: 'npx -y pnpm@10.34.9 format',
  },
  {
    name: 'dead code and dependencies',
    command: 'knip --no-progress --treat-config-hints-as-errors',
    fix: 'delete what knip names. If a tool loads it by name, add it to knip.jsonc.',
  },
  {
    name: 'licences, vulnerabilities and signatures of dependencies',
    command: own('dependencies'),
    fix: 'replace or update the package. If its licence is allowed, add it to licences.ts.',
  },
  {
    name: 'line width',
    command: own('line-width'),
    fix: 'break the line: at most 100 columns, comments included.',
  },
  {
    name: 'sizes',
    command: own('sizes'),
    fix: 'split the file or function by duty, or say why at its head: `Long because: …`.',
  },
  {
    name: 'insides of libraries',
    command: own('library-insides'),
    fix: 'use only what the library publishes; the head of library-insides.ts has the rules.',
  },
  {
    name: 'commit subjects',
    command: own('commit-subjects'),
    fix: 'git rebase -i COMMIT^, then reword it: `area: verb object`, at most 72 characters.',
  },
];

// The explorer in full takes a minute.
process.env.RENDERDECK_TEST_KIND = 'short';
const checks = process.argv.includes('--no-tests')
  ? CHECKS.filter(({ command }) => !command.startsWith('vitest'))
  : CHECKS;
if (!(await runChecks(checks, TOP, (line) => console.log(line)))) process.exitCode = 1;
