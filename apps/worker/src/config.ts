import { hostname } from 'node:os';
import { delimiter, isAbsolute, resolve } from 'node:path';
import type { AttemptLimits, JobRules } from '@renderdeck/domain';
import type { AerenderOptions, PathMapping } from '@renderdeck/render-host';
import {
  type Environment,
  readJobRules,
  readSettings,
  replacedLimits,
  workerSettings,
} from '@renderdeck/settings';
import type { z } from 'zod';

/** A time of day of the host, on days of the week: 0 is Sunday. */
export type StopAt = {
  readonly hour: number;
  readonly minute: number;
  readonly days: readonly number[];
};

export type WorkerConfig = JobRules & {
  readonly databaseUrl: string;
  /** Where notifications are received; null: nowhere, the worker polls. */
  readonly listenUrl: string | null;
  readonly name: string;
  readonly slots: number;
  /** The tags that this host offers. */
  readonly tags: readonly string[];
  /** The path of aerender. Null: nexrender searches for it. */
  readonly aerender: string | null;
  /** What the operator has set for every start of aerender. */
  readonly aerenderOptions: AerenderOptions;
  /** A project with a composition `check`, which the host renders when it checks itself. */
  readonly checkProject: string | null;
  readonly scratchRoot: string;
  /** Folders that have another path in jobs than on this host. */
  readonly pathMap: readonly PathMapping[];
  /** Action modules whose output stays on the host, so they ask no publish gate. */
  readonly localActions: readonly string[];
  /** Action modules that only write the file that `output` names. */
  readonly publishingActions: readonly string[];
  /** The folder of the action modules that the operator installed. */
  readonly actionsFolder: string;
  /** How long the queue may have no job for this host before the worker ends; null: for ever. */
  readonly exitOnEmptyQueueMs: number | null;
  /** The time of day at which the worker ends; null: it does not. */
  readonly stopAt: StopAt | null;
  /** The file with the operator's presets for encodings; null: there is none. */
  readonly presetsFile: string | null;
  /** The file with the logins of this host for sources and uploads; null: there is none. */
  readonly credentialsFile: string | null;
  /** The name of the user that renders run as; null: the worker's own. */
  readonly renderUser: string | null;
  readonly stopGraceMs: number;
  /** Windows: whether a stop also ends After Effects that no worker holds. */
  readonly endStrays: boolean;
  /** The time from the signal that ends the daemon to the end of every grace period. */
  readonly drainLimitMs: number;
  readonly leaseMs: number;
  /** The longest time without an answer of the database before the worker ends its renders. */
  readonly outageLimitMs: number;
  readonly limits: AttemptLimits;
  /** When the disk of the scratch root has less free space than this, the worker takes no job. */
  readonly minFreeBytes: number;
  /** How long the scratch folder of a failed attempt is kept; 0: not at all. */
  readonly keepFailedMs: number;
  /** How large the cache of downloaded sources may be; 0: there is none. */
  readonly cacheBytes: number;
  /** Whether pictures of what renders are made. */
  readonly pictures: boolean;
  readonly logLevel: string;
  /** Where traces are sent. Null: nothing is traced. */
  readonly tracesTo: string | null;
};

/** The environment of this process. A file of settings adds to it before anything reads it. */
export function readEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/** What the commands need that connect to no database. */
export type HostConfig = Omit<WorkerConfig, 'databaseUrl' | 'listenUrl'>;
type Read<Config> =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly sentences: string[] };

/** Reads the worker's settings, or returns one sentence for each setting that is not valid. */
export function workerConfig(env: Environment = process.env): Read<WorkerConfig> {
  const read = readSettings(workerSettings, env);
  if (!read.ok) return read;
  const { DATABASE_URL: databaseUrl, ...values } = read.values;
  const host = chooseHost(values, env);
  if (!host.ok) return host;
  const listenUrl =
    values.RENDERDECK_LISTEN === 'off' ? null : (values.RENDERDECK_LISTEN_URL ?? databaseUrl);
  return { ok: true, config: { ...host.config, databaseUrl, listenUrl } };
}

const hostSettings = workerSettings.omit({ DATABASE_URL: true });

/** Reads the same settings, of which DATABASE_URL may be missing. */
export function hostConfig(env: Environment = process.env): Read<HostConfig> {
  const read = readSettings(hostSettings, env);
  return read.ok ? chooseHost(read.values, env) : read;
}

function chooseHost(values: z.output<typeof hostSettings>, env: Environment): Read<HostConfig> {
  const replaced = replacedLimits(env);
  if (replaced.length > 0) return { ok: false, sentences: replaced };
  const elsewhere = values.RENDERDECK_PATH_MAP.find(({ to }) => !isAbsolute(to));
  if (elsewhere !== undefined)
    return {
      ok: false,
      sentences: [`RENDERDECK_PATH_MAP: ${elsewhere.to} is no full path of this host.`],
    };
  return {
    ok: true,
    config: {
      name: values.RENDERDECK_WORKER_NAME ?? hostname(),
      slots: values.RENDERDECK_SLOTS,
      tags: values.RENDERDECK_TAGS ?? [],
      aerender: values.RENDERDECK_AERENDER ?? null,
      aerenderOptions: {
        multiFramesPercent: values.RENDERDECK_MULTI_FRAMES,
        maxMemoryPercent: values.RENDERDECK_MAX_MEMORY_PERCENT,
        imageCachePercent: values.RENDERDECK_IMAGE_CACHE_PERCENT,
        parameters: values.RENDERDECK_AERENDER_PARAMETERS,
      },
      checkProject: values.RENDERDECK_CHECK_PROJECT ?? null,
      scratchRoot: chooseScratchRoot(values),
      pathMap: values.RENDERDECK_PATH_MAP,
      ...chooseActions(values),
      exitOnEmptyQueueMs: msOrNull(values.RENDERDECK_EXIT_ON_EMPTY_QUEUE),
      stopAt: values.RENDERDECK_STOP_AT ?? null,
      presetsFile: pathOrNull(values.RENDERDECK_PRESETS_FILE),
      credentialsFile: pathOrNull(values.RENDERDECK_CREDENTIALS_FILE),
      renderUser: values.RENDERDECK_RENDER_USER ?? null,
      assetRoots: splitFolders(values.RENDERDECK_ASSET_ROOTS),
      outputRoots: splitFolders(values.RENDERDECK_OUTPUT_ROOTS),
      ...readJobRules(values),
      stopGraceMs: values.RENDERDECK_STOP_GRACE_MS,
      endStrays: values.RENDERDECK_END_STRAY_AFTER_EFFECTS === 'on',
      drainLimitMs: values.RENDERDECK_DRAIN_LIMIT_MS,
      leaseMs: values.RENDERDECK_LEASE_MS,
      outageLimitMs: values.RENDERDECK_OUTAGE_LIMIT_MS,
      limits: values.RENDERDECK_RENDER_LIMITS,
      minFreeBytes: values.RENDERDECK_MIN_FREE_MB * 1_000_000,
      keepFailedMs: values.RENDERDECK_KEEP_FAILED_HOURS * 3_600_000,
      cacheBytes: values.RENDERDECK_CACHE_GB * 1e9,
      pictures: values.RENDERDECK_PICTURES === 'on',
      logLevel: values.RENDERDECK_LOG_LEVEL,
      tracesTo: values.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    },
  };
}

const msOrNull = (seconds: number | undefined) => (seconds === undefined ? null : seconds * 1000);
const pathOrNull = (path: string | undefined) => (path === undefined ? null : resolve(path));

/** The user that renders run as, for a command that needs no other setting. */
export function renderUserName(
  env: Environment = process.env,
): { ok: true; name: string | null } | { ok: false; sentences: string[] } {
  const read = readSettings(workerSettings.pick({ RENDERDECK_RENDER_USER: true }), env);
  return read.ok ? { ok: true, name: read.values.RENDERDECK_RENDER_USER ?? null } : read;
}

const actionSettings = workerSettings.pick({
  RENDERDECK_ACTIONS: true,
  RENDERDECK_LOCAL_ACTIONS: true,
  RENDERDECK_PUBLISHING_ACTIONS: true,
  RENDERDECK_ACTIONS_DIR: true,
});

export type ActionConfig = Pick<
  WorkerConfig,
  'actions' | 'localActions' | 'publishingActions' | 'actionsFolder'
>;

/** The settings of `worker actions`, which does not connect to the database. */
export function actionConfig(
  env: Environment = process.env,
): { ok: true; config: ActionConfig } | { ok: false; sentences: string[] } {
  const read = readSettings(actionSettings, env);
  return read.ok ? { ok: true, config: chooseActions(read.values) } : read;
}

function chooseActions(values: {
  RENDERDECK_ACTIONS: string[];
  RENDERDECK_LOCAL_ACTIONS: string[];
  RENDERDECK_PUBLISHING_ACTIONS: string[];
  RENDERDECK_ACTIONS_DIR?: string | undefined;
}) {
  return {
    actions: values.RENDERDECK_ACTIONS,
    localActions: values.RENDERDECK_LOCAL_ACTIONS,
    publishingActions: values.RENDERDECK_PUBLISHING_ACTIONS,
    actionsFolder: resolve(values.RENDERDECK_ACTIONS_DIR ?? '.'),
  };
}

const stopSettings = workerSettings.pick({
  RENDERDECK_DATA_DIR: true,
  RENDERDECK_SCRATCH_ROOT: true,
  RENDERDECK_DRAIN_LIMIT_MS: true,
});

/** The settings of `worker stop`, which does not connect to the database. */
export function stopConfig(
  env: Environment = process.env,
):
  | { ok: true; config: Pick<WorkerConfig, 'scratchRoot' | 'drainLimitMs'> }
  | { ok: false; sentences: string[] } {
  const read = readSettings(stopSettings, env);
  if (!read.ok) return read;
  const { values } = read;
  return {
    ok: true,
    config: {
      scratchRoot: chooseScratchRoot(values),
      drainLimitMs: values.RENDERDECK_DRAIN_LIMIT_MS,
    },
  };
}

function chooseScratchRoot(values: {
  RENDERDECK_SCRATCH_ROOT?: string | undefined;
  RENDERDECK_DATA_DIR: string;
}): string {
  return resolve(values.RENDERDECK_SCRATCH_ROOT ?? `${values.RENDERDECK_DATA_DIR}/scratch`);
}

/** Reads a list of folders of this host, joined by the system's path delimiter. */
function splitFolders(text = ''): string[] {
  return text
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => resolve(folder));
}
