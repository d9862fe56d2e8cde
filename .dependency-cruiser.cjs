/*
 * The arrows between folders. Each folder imports only the entry points listed for it here; to allow a new arrow, change
 * ARCHITECTURE.md first and this list with it.
 */
const DOMAIN = 'packages/domain/src/index.ts';
const CONTRACT = ['packages/contract/src/index.ts', 'packages/contract/src/router.ts'];
const OPERATIONS = 'packages/operations/src/index.ts';
const CLIENT = 'packages/client/src/index.ts';
const SETTINGS = 'packages/settings/src/index.ts';
const CONNECT = 'packages/store/src/connect.ts';

/** Each folder, and the only entry points of other folders it may import. */
const ARROWS = {
  'packages/domain': [],
  'packages/contract': [DOMAIN],
  'packages/client': CONTRACT,
  'packages/settings': [DOMAIN],
  'packages/store': [DOMAIN, SETTINGS],
  'packages/operations': [DOMAIN, 'packages/store/src/index.ts'],
  'packages/render-host': [DOMAIN],
  'packages/rest-adapter': CONTRACT,
  'packages/local-postgres': [],
  'packages/aerender-stand-in': [],
  'apps/api': [
    ...CONTRACT,
    OPERATIONS,
    SETTINGS,
    'packages/rest-adapter/src/index.ts',
    'packages/render-host/src/job-rules.ts',
    CONNECT,
  ],
  'apps/worker': [DOMAIN, OPERATIONS, SETTINGS, 'packages/render-host/src/index.ts', CONNECT],
  'apps/admin-ui': [
    ...CONTRACT,
    'packages/client/src/problem.ts',
    'packages/client/src/reconnect.ts',
  ],
  'apps/standalone': [
    ...CONTRACT,
    CLIENT,
    SETTINGS,
    'packages/local-postgres/src/index.ts',
    'packages/aerender-stand-in/src/index.ts',
    'packages/store/src/migrate.ts',
    'apps/api/src/index.ts',
    'apps/worker/src/index.ts',
  ],
  'apps/ctl': [...CONTRACT, CLIENT, SETTINGS],
};
const TESTS =
  '[.](test|testsuite)[.]tsx?$|^packages/testing/|^apps/(e2e|bench)/|/(test|testing|browser)/';

const literal = (path) => `^${path.replaceAll('.', '[.]')}$`;

const arrows = Object.entries(ARROWS).map(([folder, entries]) => ({
  name: `arrow-${folder}`,
  comment: `${folder} may import ${entries.join(', ') || 'no other folder'}`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: TESTS },
  to: { path: '^(packages|apps)/', pathNot: [`^${folder}/`, ...entries.map(literal)] },
}));

/** A module that only some homes may import, tests aside. */
const only = (name, comment, homes, module) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(packages|apps)/', pathNot: [...homes, TESTS] },
  to: { path: module },
});

module.exports = {
  forbidden: [
    ...arrows,
    only(
      'sql-lives-in-store',
      'Only store speaks to Postgres.',
      ['^packages/store/'],
      'node_modules/(drizzle-orm|postgres)/',
    ),
    only(
      'processes-live-in-render-host',
      'Only render-host/src/process starts or ends processes of a render (the stand-in starts its own child, as aerender does).',
      ['^packages/render-host/src/process/', '^packages/aerender-stand-in/'],
      '^(node:)?child_process$',
    ),
    only(
      'programs-start-at-the-edge',
      'execa starts our own programs: the local PostgreSQL and the parts of a standalone farm. Renders go through render-host/src/process.',
      ['^packages/local-postgres/', '^apps/standalone/'],
      'node_modules/execa/',
    ),
    {
      name: 'job-rules-are-light',
      comment: 'Who takes jobs in loads nothing that can start, end or delete.',
      severity: 'error',
      from: { path: '^packages/render-host/src/job-rules[.]ts$' },
      to: {
        path: '^packages/render-host/src/(process|scratch)/|node_modules|^(node:)?child_process$',
        reachable: true,
      },
    },
    {
      name: 'domain-is-pure',
      comment: 'Domain takes time, ids and rows as arguments.',
      severity: 'error',
      from: { path: '^packages/domain/src', pathNot: TESTS },
      to: {
        dependencyTypes: [
          'core',
          'npm',
          'npm-dev',
          'npm-optional',
          'npm-peer',
          'npm-no-pkg',
          'npm-unknown',
        ],
      },
    },
    {
      name: 'clients-take-router-as-type-only',
      comment: 'No client loads the router: `import type`.',
      severity: 'error',
      from: { path: '^(apps/admin-ui|apps/ctl|packages/client)/src', pathNot: TESTS },
      to: { path: '^packages/contract/src/router[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-stand-alone',
      comment:
        'A feature of the UI imports no other feature; what two share is in api, live, hooks or components.',
      severity: 'error',
      from: { path: '^apps/admin-ui/src/features/([^/]+)/', pathNot: TESTS },
      to: { path: '^apps/admin-ui/src/features/', pathNot: '^apps/admin-ui/src/features/$1/' },
    },
    {
      name: 'shared-ui-imports-no-feature',
      comment: 'What features share imports neither a feature nor the app.',
      severity: 'error',
      from: { path: '^apps/admin-ui/src/(api|live|hooks|components)/', pathNot: TESTS },
      to: { path: '^apps/admin-ui/src/(features|app)/' },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'Test helpers never ship.',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'no-circular',
      comment: 'A cycle has no first page to read.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that resolves nowhere escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'style', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
