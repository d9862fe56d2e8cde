/* Which settings each program reads. */
import { settings } from './settings.ts';

export const apiSettings = settings.pick({
  DATABASE_URL: true,
  RENDERDECK_LISTEN_URL: true,
  RENDERDECK_HOST_DATABASE_URL: true,
  RENDERDECK_HOST_DATABASE_CA: true,
  HOST: true,
  PORT: true,
  RENDERDECK_SESSION_SECRET: true,
  RENDERDECK_OLD_SESSION_SECRET: true,
  RENDERDECK_ADMIN_USER: true,
  RENDERDECK_ADMIN_PASSWORD: true,
  RENDERDECK_TRUST_PROXY: true,
  RENDERDECK_REQUESTS_PER_MINUTE: true,
  RENDERDECK_MAX_CONNECTIONS: true,
  RENDERDECK_MAX_SOCKETS_PER_ADDRESS: true,
  RENDERDECK_MAX_STREAMS_PER_USER: true,
  RENDERDECK_MAX_BODY_MB: true,
  RENDERDECK_MAX_JOB_VALUES: true,
  RENDERDECK_MAX_DELAY_MS: true,
  RENDERDECK_SESSION_MINUTES: true,
  RENDERDECK_SESSION_IDLE_MINUTES: true,
  RENDERDECK_KEEP_CHANGES_DAYS: true,
  RENDERDECK_KEEP_JOBS_DAYS: true,
  RENDERDECK_KEEP_LOGS_DAYS: true,
  RENDERDECK_KEEP_SECRETS_DAYS: true,
  RENDERDECK_SUBMIT_PRIORITY_MAX: true,
  RENDERDECK_NEXRENDER_API: true,
  RENDERDECK_NEXRENDER_ORIGINS: true,
  RENDERDECK_PUBLIC_URL: true,
  RENDERDECK_SERVE_OUTPUTS: true,
  RENDERDECK_WEBHOOK_NETWORKS: true,
  RENDERDECK_LOG_LEVEL: true,
  OTEL_EXPORTER_OTLP_ENDPOINT: true,
});

/**
 * What a job may use. The hosts decide. The API uses the same rules to refuse a job at submission.
 */
export const jobRuleSettings = settings.pick({
  RENDERDECK_ASSET_ROOTS: true,
  RENDERDECK_OUTPUT_ROOTS: true,
  RENDERDECK_ACTIONS: true,
  RENDERDECK_SCRIPTS: true,
  RENDERDECK_ALLOW_ADDRESSES: true,
  RENDERDECK_REFUSE_ADDRESSES: true,
});

export const workerSettings = settings.pick({
  DATABASE_URL: true,
  RENDERDECK_LISTEN: true,
  RENDERDECK_LISTEN_URL: true,
  RENDERDECK_SETTINGS_FILE: true,
  RENDERDECK_WORKER_NAME: true,
  RENDERDECK_SLOTS: true,
  RENDERDECK_TAGS: true,
  RENDERDECK_AERENDER: true,
  RENDERDECK_CHECK_PROJECT: true,
  RENDERDECK_MULTI_FRAMES: true,
  RENDERDECK_MAX_MEMORY_PERCENT: true,
  RENDERDECK_IMAGE_CACHE_PERCENT: true,
  RENDERDECK_AERENDER_PARAMETERS: true,
  RENDERDECK_DATA_DIR: true,
  RENDERDECK_SCRATCH_ROOT: true,
  RENDERDECK_RENDER_USER: true,
  RENDERDECK_ASSET_ROOTS: true,
  RENDERDECK_OUTPUT_ROOTS: true,
  RENDERDECK_PATH_MAP: true,
  RENDERDECK_ACTIONS: true,
  RENDERDECK_LOCAL_ACTIONS: true,
  RENDERDECK_PUBLISHING_ACTIONS: true,
  RENDERDECK_ACTIONS_DIR: true,
  RENDERDECK_PRESETS_FILE: true,
  RENDERDECK_CREDENTIALS_FILE: true,
  RENDERDECK_EXIT_ON_EMPTY_QUEUE: true,
  RENDERDECK_STOP_AT: true,
  RENDERDECK_SCRIPTS: true,
  RENDERDECK_ALLOW_ADDRESSES: true,
  RENDERDECK_REFUSE_ADDRESSES: true,
  RENDERDECK_STOP_GRACE_MS: true,
  RENDERDECK_END_STRAY_AFTER_EFFECTS: true,
  RENDERDECK_DRAIN_LIMIT_MS: true,
  RENDERDECK_LEASE_MS: true,
  RENDERDECK_OUTAGE_LIMIT_MS: true,
  RENDERDECK_RENDER_LIMITS: true,
  RENDERDECK_MIN_FREE_MB: true,
  RENDERDECK_PICTURES: true,
  RENDERDECK_KEEP_FAILED_HOURS: true,
  RENDERDECK_CACHE_GB: true,
  RENDERDECK_LOG_LEVEL: true,
  OTEL_EXPORTER_OTLP_ENDPOINT: true,
});

/**
 * Settings that are read before anything starts. The API and the worker inherit the whole
 * environment.
 */
export const standaloneSettings = settings
  .pick({
    DATABASE_URL: true,
    HOST: true,
    PORT: true,
    RENDERDECK_DATA_DIR: true,
    RENDERDECK_SESSION_SECRET: true,
    RENDERDECK_ADMIN_USER: true,
    RENDERDECK_ADMIN_PASSWORD: true,
  })
  .partial({ DATABASE_URL: true, RENDERDECK_SESSION_SECRET: true });

export const ctlSettings = settings.pick({
  RENDERDECK_URL: true,
  RENDERDECK_TOKEN: true,
  RENDERDECK_USER: true,
  RENDERDECK_PASSWORD: true,
});

/** `ctl admin` connects to the database, all other commands to the API. */
export const ctlAdminSettings = settings
  .pick({ DATABASE_URL: true })
  .partial({ DATABASE_URL: true });

export const migrateSettings = settings
  .pick({ DATABASE_URL: true })
  .partial({ DATABASE_URL: true });

/** The stand-in reads these variables without this package, because it imports only Node. */
const standInSettings = settings.pick({
  RENDERDECK_STAND_IN_FRAME_MS: true,
  RENDERDECK_STAND_IN_FRAMES: true,
  RENDERDECK_STAND_IN_MISBEHAVE: true,
});

/** The tests read these variables without this package. */
const testSettings = settings.pick({
  CHROME_PATH: true,
  RENDERDECK_TEST_SEED: true,
  RENDERDECK_TEST_RESULTS: true,
});

/** Every program, by its name in docs/settings.md. */
export const PROGRAMS = {
  api: [apiSettings, jobRuleSettings],
  worker: [workerSettings],
  standalone: [standaloneSettings],
  migrate: [migrateSettings],
  ctl: [ctlSettings, ctlAdminSettings],
  'stand-in': [standInSettings],
  tests: [testSettings],
} as const;

/**
 * Variables that one program of Renderdeck sets for another one. docs/settings.md does not list
 * them.
 */
export const INTERNAL_VARIABLES = {
  RENDERDECK_TREE_MARKER: 'the tree marker of an attempt, in every process of its render',
  RENDERDECK_OWNER: 'the worker that owns a render, in every process of it',
  RENDERDECK_SCREENSHOTS: 'the folder in which the browser test writes pictures',
  RENDERDECK_CHAOS_MINUTES: 'how long the chaos test lets faults happen',
  RENDERDECK_CHAOS_FAULTS: 'a part of the names of the only faults that happen in it',
  RENDERDECK_CHAOS_LOGS: 'the folder for what each program said in it',
  RENDERDECK_TEST_POSTGRES: 'the PostgreSQL that the test runner started',
  RENDERDECK_TEST_KIND: 'which test files run: the short ones, the long ones, or both',
  RENDERDECK_TEST_RUN: 'the mark of a test run, in every process that it starts',
} as const;
