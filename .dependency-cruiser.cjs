/*
 * The arrows: which folder may import from which other folder. Code that ships imports only the
 * entry points that ARROWS lists for its folder. Test code may also import packages/testing and the
 * entry points in TEST_ARROWS. To allow a new arrow, change ARCHITECTURE.md first, and then this
 * list.
 *
 * Long because: it is one list.
 */
const DOMAIN = 'packages/domain/src/index.ts';
const CONTRACT = ['packages/contract/src/index.ts', 'packages/contract/src/router.ts'];
const OPERATIONS = ['packages/operations/src/index.ts', 'packages/operations/src/extras.ts'];
const STORE = ['packages/store/src/index.ts', 'packages/store/src/extras.ts'];
const RENDER_HOST = ['packages/render-host/src/index.ts', 'packages/render-host/src/extras.ts'];
const CLIENT = 'packages/client/src/index.ts';
const SETTINGS = 'packages/settings/src/index.ts';
const CONNECT = 'packages/store/src/connect.ts';
const TRACING = 'packages/tracing/src/index.ts';
const PROGRAM_BUNDLE = 'packages/program-bundle/src/index.ts';
const MIGRATE = 'packages/store/src/migrate.ts';
const WORKER_BUILD = 'apps/worker/build/index.ts';
const HOST_LOGIN_SQL = 'packages/store/src/host-login-sql.ts';
const FARM_DATABASE_SQL = 'packages/store/src/farm-database-sql.ts';
const INSTALL = 'packages/render-host/src/install/index.ts';

/** Each folder, and the entry points of other folders that it may import. */
const ARROWS = {
  'packages/domain': [],
  'packages/contract': [DOMAIN],
  'packages/client': [...CONTRACT, PROGRAM_BUNDLE],
  'packages/settings': [DOMAIN],
  'packages/store': [DOMAIN, SETTINGS],
  'packages/operations': [DOMAIN, ...STORE],
  'packages/render-host': [DOMAIN],
  'packages/rest-adapter': CONTRACT,
  'packages/local-postgres': [],
  'packages/aerender-stand-in': [],
  'packages/program-bundle': [],
  'packages/tracing': [],
  'packages/wine': [],
  'apps/api': [
    ...CONTRACT,
    ...OPERATIONS,
    SETTINGS,
    'packages/rest-adapter/src/index.ts',
    'packages/render-host/src/job-rules.ts',
    INSTALL,
    CONNECT,
    TRACING,
  ],
  'apps/worker': [
    DOMAIN,
    ...OPERATIONS,
    SETTINGS,
    ...RENDER_HOST,
    INSTALL,
    CONNECT,
    HOST_LOGIN_SQL,
    PROGRAM_BUNDLE,
    TRACING,
  ],
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
    PROGRAM_BUNDLE,
    'packages/aerender-stand-in/src/index.ts',
    'packages/render-host/src/this-machine.ts',
    MIGRATE,
    'apps/api/src/index.ts',
    'apps/worker/src/index.ts',
  ],
  'apps/renderdeck': [SETTINGS, 'apps/standalone/src/build-page.ts', WORKER_BUILD],
  'apps/ctl': [
    ...CONTRACT,
    CLIENT,
    SETTINGS,
    HOST_LOGIN_SQL,
    FARM_DATABASE_SQL,
    'apps/api/src/operator.ts',
  ],
};

const SHAPE_VALUES = 'packages/domain/testing/shape-values.ts';
const A_JOB = 'packages/domain/test/a-job.ts';
const AN_ATTEMPT = 'packages/domain/test/an-attempt.ts';
const STAND_IN = 'packages/aerender-stand-in/src/index.ts';
const LOCAL_POSTGRES = 'packages/local-postgres/src/index.ts';
const OPERATIONS_TESTING = 'packages/operations/testing/index.ts';
const API_TESTING = 'apps/api/testing/index.ts';
const WORKER_TESTING = 'apps/worker/testing/index.ts';
const CLIENT_BUILD = 'packages/client/build/build-client.ts';
const EXPECT_PROBLEM = 'packages/contract/testing/expect-problem.ts';
const FAKE_PORT = 'packages/contract/testing/fake-admin-port.ts';
const STOPPED_JOBS = 'packages/contract/testing/stopped-jobs.ts';

/** Further entry points that the test code of each folder may import. */
const TEST_ARROWS = {
  'packages/contract': [A_JOB, AN_ATTEMPT],
  'packages/operations': [SHAPE_VALUES, CONNECT, HOST_LOGIN_SQL, MIGRATE],
  'packages/render-host': [STAND_IN],
  'packages/rest-adapter': [FAKE_PORT, EXPECT_PROBLEM],
  'packages/testing': [LOCAL_POSTGRES, PROGRAM_BUNDLE],
  'apps/api': [
    CLIENT,
    HOST_LOGIN_SQL,
    LOCAL_POSTGRES,
    OPERATIONS_TESTING,
    FAKE_PORT,
    EXPECT_PROBLEM,
    'packages/contract/testing/describe-admin-port.ts',
  ],
  'apps/worker': [SHAPE_VALUES],
  'apps/admin-ui': [CLIENT, FAKE_PORT, STOPPED_JOBS, 'apps/standalone/testing/index.ts'],
  'apps/standalone': [...OPERATIONS, OPERATIONS_TESTING, CONNECT, API_TESTING, WORKER_TESTING],
  'apps/ctl': [API_TESTING, ...OPERATIONS, OPERATIONS_TESTING, CONNECT, STOPPED_JOBS],
  'apps/e2e': [
    DOMAIN,
    ...CONTRACT,
    CLIENT,
    ...OPERATIONS,
    OPERATIONS_TESTING,
    CONNECT,
    STAND_IN,
    ...RENDER_HOST,
    'packages/render-host/testing/index.ts',
    'packages/render-host/testing/stores/index.ts',
    API_TESTING,
    WORKER_TESTING,
    'apps/standalone/testing/index.ts',
    CLIENT_BUILD,
    WORKER_BUILD,
    'apps/renderdeck/build/build-package.ts',
  ],
  'apps/bench': [
    'packages/client/src/index.ts',
    DOMAIN,
    ...OPERATIONS,
    CONNECT,
    MIGRATE,
    STAND_IN,
    LOCAL_POSTGRES,
    PROGRAM_BUNDLE,
    ...RENDER_HOST,
    WORKER_TESTING,
    'apps/standalone/testing/index.ts',
  ],
  scripts: [...CONTRACT, DOMAIN, SETTINGS],
};

/** The core: what a cancel, a position and a receipt need. ARCHITECTURE.md begins with it. */
const CORE = ['^packages/(domain|store|operations|render-host)/src/', '^apps/worker/src/'];
/**
 * Code of these folders that depends on the core. Without it a render is still stopped and the stop
 * is still proven. Other folders import it from the entry point `extras`, which the core may not
 * import.
 */
const REST = [
  '^packages/domain/src/(group-failures|host-use|measured-row|queue-series)[.]ts$',
  '^packages/domain/src/(summarise-measures|webhook)[.]ts$',
  '^packages/store/src/schema/(measures|webhooks)[.]ts$',
  '^packages/store/src/statements/(forecasts|measures|retention|webhooks)/',
  '^packages/operations/src/(measures|retention|webhooks)/',
  '^packages/render-host/src/(acceptance|install|self-test)/',
  '^packages/render-host/src/process/(macos|windows)/',
  '^apps/worker/src/commands/',
  '^packages/(store|operations|render-host)/src/extras[.]ts$',
];
/** Files that choose the code for the operating system that runs. */
const BY_SYSTEM =
  '^packages/render-host/src/(system/windows|process/(container/container|end-process|' +
  'find-strays|host-facts|snapshot/choose-listing|stop-process-tree))[.]ts$';
/** The worker's program starts the daemon or one of the commands. */
const PROGRAM = '^apps/worker/src/main[.]ts$';

/** These files list all rules and all tables, also those of the rest. */
const LISTS = '^packages/(domain/src|store/src/schema)/index[.]ts$';

/** Code that never ships. */
const TEST_CODE =
  '[.]test[.]tsx?$|^scripts/|^packages/(testing|wine)/|^apps/(e2e|bench)/|/(test|testing|browser)/';
const TEST_LIBRARIES = 'node_modules/(vitest|fast-check|@testing-library|jsdom|playwright-core)/';
const NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'];
const TESTING = ['^packages/testing/src/[^/]+[.]ts$', '^packages/wine/src/index[.]ts$'];

const literal = (path) => `^${path.replaceAll('.', '[.]')}$`;

const arrow = (name, folder, pathNot, entries) => ({
  name: `${name}-${folder}`,
  comment: `${folder} may import ${entries.join(', ') || 'no other folder'}`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot },
  to: { path: '^(packages|apps|scripts)/', pathNot: [`^${folder}/`, ...entries] },
});

/** The first rule is for code that ships. The second one allows more, and is for all code. */
const folders = [...new Set([...Object.keys(ARROWS), ...Object.keys(TEST_ARROWS)])];
const arrows = folders.flatMap((folder) => {
  const entries = (ARROWS[folder] ?? []).map(literal);
  const more = (TEST_ARROWS[folder] ?? []).map(literal);
  return [
    arrow('arrow', folder, [TEST_CODE], entries),
    arrow('test-arrow', folder, [], [...entries, ...more, ...TESTING]),
  ];
});

/** Allows only these folders to import a module. */
const only = (name, comment, homes, module) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(packages|apps|scripts)/', pathNot: homes },
  to: { path: module },
});

module.exports = {
  forbidden: [
    ...arrows,
    {
      name: 'core-stands-alone',
      comment: 'The core does not import what depends on it. Files that choose by system may.',
      severity: 'error',
      from: { path: CORE, pathNot: [...REST, BY_SYSTEM, PROGRAM, LISTS, TEST_CODE] },
      to: { path: REST },
    },
    only(
      'sql-lives-in-store',
      'Only store connects to PostgreSQL. Tests connect through packages/testing.',
      ['^packages/store/', '^packages/testing/', '^packages/local-postgres/test/'],
      'node_modules/(drizzle-orm|postgres)/',
    ),
    only(
      'processes-live-in-render-host',
      'Only render-host/src/process starts or ends processes of a render. Acceptance and the ' +
        'self-test start the programs that they probe. ' +
        'The stand-in starts its own child process. Tests start the programs that they test.',
      [
        '^packages/render-host/(src/(process|acceptance|self-test)|test|testing)/',
        '^packages/aerender-stand-in/',
        '^apps/(api|worker)/testing/',
        '^packages/(testing|wine)/',
        '^apps/(e2e|bench)/',
      ],
      '^(node:)?child_process$',
    ),
    only(
      'programs-start-at-the-edge',
      'execa starts our own programs: the local PostgreSQL and the parts of a standalone farm. ' +
        'Renders go through render-host/src/process.',
      [
        '^packages/local-postgres/',
        '^apps/standalone/',
        '^packages/wine/',
        '^apps/worker/(testing|build)/',
        '^apps/ctl/test/',
        '^packages/program-bundle/test/',
        '^scripts/',
      ],
      'node_modules/execa/',
    ),
    {
      name: 'job-rules-are-light',
      comment: 'The API loads job-rules: it must not reach code that starts, ends or deletes.',
      severity: 'error',
      from: { path: '^packages/render-host/src/job-rules[.]ts$' },
      to: {
        path:
          '^packages/render-host/src/(process|scratch)/|^(node:)?child_process$|' +
          // ipaddr.js is allowed, because it only calculates.
          'node_modules/(?!([.]pnpm/)?ipaddr[.]js)',
        reachable: true,
      },
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain gets time, ids and rows as arguments, so it imports no package.',
      severity: 'error',
      from: { path: '^packages/domain/src' },
      to: {
        pathNot: TEST_LIBRARIES,
        dependencyTypes: ['core', ...NPM],
      },
    },
    {
      name: 'clients-take-router-as-type-only',
      comment: 'Clients import the router only as a type: use `import type`.',
      severity: 'error',
      from: {
        path: '^(apps/admin-ui|apps/ctl|packages/client)/src',
        pathNot: '^apps/admin-ui/src/testing/',
      },
      to: { path: '^packages/contract/src/router[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-stand-alone',
      comment:
        'A feature of the UI imports no other feature; ' +
        'code that two features share is in api, live, hooks or components.',
      severity: 'error',
      from: { path: '^apps/admin-ui/src/features/([^/]+)/' },
      to: { path: '^apps/admin-ui/src/features/', pathNot: '^apps/admin-ui/src/features/$1/' },
    },
    {
      name: 'shared-ui-imports-no-feature',
      comment: 'Code that features share imports neither a feature nor the app.',
      severity: 'error',
      from: { path: '^apps/admin-ui/src/(api|live|hooks|components)/' },
      to: { path: '^apps/admin-ui/src/(features|app)/' },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'Code that ships imports no test code.',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: TEST_CODE },
      to: { path: `${TEST_CODE}|${TEST_LIBRARIES}` },
    },
    {
      name: 'no-circular',
      comment: 'In a cycle of imports, no file can be read first.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      comment: 'No other rule sees an import that cannot be resolved.',
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
