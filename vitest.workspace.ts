/**
 * All tests, one project per folder. `pnpm test` runs those that people wait for, and `pnpm
 * test:long` the files `*.long.test.ts` (scripts/run-tests.ts). One project runs as
 * `vitest --config vitest.workspace.ts --project NAME`.
 *
 * There are three kinds of project. Pure projects start no program. Process projects start programs
 * and must leave none behind (leak-check.ts). Database projects also share one throw-away
 * PostgreSQL (global-setup.ts). The project `windows` runs Windows programs under Wine
 * (packages/wine).
 */
import { defineConfig } from 'vitest/config';
import { ProgressReporter } from './scripts/progress-reporter.ts';
import { SlowProjectsFirst } from './scripts/slow-projects-first.ts';

const MATCH_TEXTS = './packages/testing/src/match-texts.ts';
const LEAK_CHECK = './packages/testing/src/leak-check.ts';
const WINE = './packages/wine/src/global-setup.ts';
const POSTGRES = './packages/store/testing/global-setup.ts';
const WHOLE = { lines: 100, branches: 100, functions: 100, statements: 100 };
const THRESHOLDS = {
  'packages/domain/src/**': WHOLE,
  'packages/contract/src/{router,procedures}.ts': WHOLE,
  'packages/rest-adapter/src/{routes,problem,plain-routes,declared-routes,routes/*}.ts': WHOLE,
  'apps/api/src/authenticate.ts': WHOLE,
  'packages/operations/src/**': { lines: 95, branches: 95, functions: 95, statements: 95 },
};

const pure = (root: string, more: ProjectTests = {}) => project(root, more);
const processes = (root: string, more: ProjectTests = {}) =>
  project(root, { globalSetup: [LEAK_CHECK], ...more });
const database = (root: string, more: ProjectTests = {}) =>
  project(root, { globalSetup: [LEAK_CHECK, POSTGRES], ...more });

/** Every test takes long when other programs use both cores. */
const SLOW = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 30_000, interval: 150 } },
};

/** Which test files run: `short`, `long` or both. run-tests.ts chooses it. */
const kind = process.env.RENDERDECK_TEST_KIND;

/** The folder for JSON results, which run-tests.ts counts. Only failures are printed then. */
const results = process.env.RENDERDECK_TEST_RESULTS;

export default defineConfig({
  test: {
    projects: [
      pure('packages/domain', { setupFiles: ['./packages/domain/test/set-seed.ts'] }),
      pure('packages/contract'),
      pure('packages/client'),
      pure('packages/settings'),
      pure('packages/rest-adapter'),
      pure('apps/admin-ui', {
        environment: 'jsdom',
        setupFiles: ['./apps/admin-ui/src/testing/set-up-page.ts'],
        include: ['apps/admin-ui/src/**/*.test.{ts,tsx}'],
      }),
      pure('scripts', {
        name: 'documents',
        include: ['scripts/documents.test.ts', 'scripts/documents/*.test.ts'],
      }),
      pure('scripts', {
        name: 'checks',
        include: ['scripts/{,checks/}*.test.ts'],
        exclude: ['scripts/documents.test.ts'],
      }),
      processes('packages/local-postgres'),
      processes('packages/program-bundle'),
      processes('packages/render-host'),
      processes('packages/aerender-stand-in'),
      database('packages/testing'),
      database('packages/store'),
      database('packages/operations'),
      database('apps/api'),
      database('apps/worker'),
      database('apps/e2e', { testTimeout: 480_000, hookTimeout: 240_000 }),
      database('apps/standalone', { testTimeout: 240_000 }),
      database('apps/ctl'),
      processes('apps/bench', { testTimeout: 300_000 }),
      database('packages', {
        name: 'windows',
        globalSetup: [LEAK_CHECK, POSTGRES, WINE],
        include: ['{packages,apps}/*/test/windows/**/*.test.ts'],
        exclude: [],
        testTimeout: 180_000,
        hookTimeout: 180_000,
      }),
      database('apps', {
        name: 'browser',
        include: ['apps/*/browser/**/*.test.ts'],
        testTimeout: 240_000,
      }),
    ],
    // One more than a small machine has cores. Tests that mostly wait get more (run-tests.ts).
    maxWorkers: 3,
    teardownTimeout: 60_000,
    sequence: { sequencer: SlowProjectsFirst },
    // Each project would transform the same sources again, which takes a tenth of a run.
    experimental: { fsModuleCache: true },
    passWithNoTests: true,
    reporters: results
      ? [
          new ProgressReporter(),
          'minimal',
          ['json', { outputFile: `${results}/${process.pid}.json` }],
        ]
      : ['default'],
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      reporter: [['text', { skipFull: true }], 'html'],
      // Reporting the coverage of files without a threshold would take half a minute.
      include: Object.keys(THRESHOLDS),
      exclude: ['**/*.test.*'],
      thresholds: THRESHOLDS,
    },
  },
});

type ProjectTests = {
  include?: string[];
  exclude?: string[];
  setupFiles?: string[];
  [option: string]: unknown;
};

function project(folder: string, { include, exclude, setupFiles = [], ...test }: ProjectTests) {
  const files = include ?? [`${folder}/{src,test,testing}/**/*.test.{ts,tsx}`];
  return {
    test: {
      name: folder.split('/').at(-1) ?? folder,
      // The test files of one worker share their loaded modules, which saves half of the CPU time.
      isolate: false,
      setupFiles: [MATCH_TEXTS, ...setupFiles],
      include: kind === 'long' ? files.map((name) => name.replace('.test.', '.long.test.')) : files,
      exclude: [
        ...(exclude ?? ['**/test/windows/**']),
        ...(kind === 'short' ? ['**/*.long.test.*'] : []),
      ],
      ...SLOW,
      ...test,
    },
  };
}
