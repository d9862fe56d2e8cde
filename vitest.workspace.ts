/**
 * All tests, one project per folder. `pnpm test` runs everything; one project runs as
 * `vitest --config vitest.workspace.ts --project NAME`.
 *
 * There are three kinds of project. Pure ones start nothing. Process ones start programs and leave
 * none behind (leak-check.ts). Database ones also share one throw-away PostgreSQL
 * (global-setup.ts). The project `windows` runs programs of Windows under Wine (packages/wine).
 */
import { defineConfig } from 'vitest/config';

const LEAK_CHECK = './packages/testing/src/leak-check.ts';
const WINE = './packages/wine/src/global-setup.ts';
const POSTGRES = './packages/store/testing/global-setup.ts';
const WHOLE = { lines: 100, branches: 100, functions: 100, statements: 100 };

const pure = (root: string, more: object = {}) => project(root, { ...more });
const processes = (root: string, more: object = {}) =>
  project(root, { globalSetup: [LEAK_CHECK], ...SLOW, ...more });
const database = (root: string, more: object = {}) =>
  project(root, { globalSetup: [LEAK_CHECK, POSTGRES], ...SLOW, ...more });

/** Starting a program takes long when two cores are busy with others. */
const SLOW = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 30_000 } },
};

/** JSON results beside the readable ones, for whoever counts (`.ci/run`). */
const results = process.env.RENDERDECK_TEST_RESULTS;

export default defineConfig({
  test: {
    projects: [
      pure('packages/domain'),
      pure('packages/contract'),
      pure('packages/client'),
      pure('packages/settings'),
      pure('packages/rest-adapter'),
      pure('apps/admin-ui', {
        environment: 'jsdom',
        include: ['apps/admin-ui/src/**/*.test.{ts,tsx}'],
      }),
      pure('scripts', { name: 'documents', include: ['scripts/documents.test.ts'] }),
      pure('scripts', {
        name: 'checks',
        include: ['scripts/{,checks/}*.test.ts'],
        exclude: ['scripts/documents.test.ts'],
      }),
      processes('packages/local-postgres'),
      processes('packages/render-host'),
      processes('packages/aerender-stand-in'),
      database('packages/testing'),
      database('packages/store'),
      database('packages/operations'),
      database('apps/api'),
      database('apps/worker'),
      database('apps/e2e', { testTimeout: 120_000 }),
      database('apps/standalone', { testTimeout: 120_000 }),
      database('apps/ctl'),
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
        testTimeout: 120_000,
      }),
    ],
    // One more than a small machine has cores: most tests of a farm wait for something.
    maxWorkers: 3,
    teardownTimeout: 60_000,
    passWithNoTests: true,
    reporters: results
      ? ['default', ['json', { outputFile: `${results}/${process.pid}.json` }]]
      : ['default'],
    coverage: {
      provider: 'v8',
      reporter: [['text', { skipFull: true }], 'html'],
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.*', 'packages/testing/**', 'apps/bench/**', 'apps/*/src/testing/**'],
      thresholds: {
        'packages/domain/src/**': WHOLE,
        'packages/contract/src/{router,procedures}.ts': WHOLE,
        'packages/rest-adapter/src/{routes,problem,routes/*}.ts': WHOLE,
        'apps/api/src/authenticate.ts': WHOLE,
        'packages/operations/src/**': { lines: 95, branches: 95, functions: 95, statements: 95 },
      },
    },
  },
});

function project(folder: string, test: object) {
  return {
    test: {
      name: folder.split('/').at(-1) ?? folder,
      include: [`${folder}/{src,test,testing}/**/*.test.{ts,tsx}`],
      exclude: ['**/test/windows/**'],
      ...test,
    },
  };
}
