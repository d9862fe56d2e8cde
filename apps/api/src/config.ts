import { resolve, win32 } from 'node:path';
import type { PathMapping } from '@renderdeck/render-host/job-rules';
import {
  apiSettings,
  type Environment,
  jobRuleSettings,
  readJobRules,
  readSettings,
} from '@renderdeck/settings';
import { type Limits, MB } from './limits.ts';
import type { JobRules } from './port/check-submitted-job.ts';

export type ApiConfig = {
  readonly databaseUrl: string;
  /** Where notifications are received. */
  readonly listenUrl: string;
  /** The database as hosts reach it, without a login. Null: as this API reaches it. */
  readonly hostDatabaseUrl: string | null;
  /** The file with the root certificate of the database for hosts. */
  readonly hostDatabaseCertificate: string | null;
  readonly host: string;
  readonly port: number;
  /** The first secret encrypts cookies. Every secret can decrypt them. */
  readonly sessionSecrets: readonly [string, ...string[]];
  readonly firstAdmin: { readonly name: string; readonly password: string } | null;
  readonly sessionLife: { readonly maxMs: number; readonly idleMs: number };
  readonly trustProxy: string | false;
  readonly logLevel: string;
  readonly limits: Limits;
  /** How long a client can resume a stream, and an Idempotency-Key counts. 0 means for ever. */
  readonly keepChangesMs: number;
  /** How long the secrets of a job are kept after the job ended. 0 means for ever. */
  readonly keepSecretsMs: number;
  /**
   * How long ended jobs, and their logs, are kept. 0 means for ever; for a log: as long as its job.
   */
  readonly keepJobsMs: number;
  readonly keepLogsMs: number;
  /** The highest priority that a submitter may ask for. */
  readonly submitPriorityMax: number;
  /** Private networks to which webhook messages may be sent. */
  readonly webhookNetworks: readonly string[];
  /** The URL under which people open the page. Null: not known. */
  readonly publicUrl: string | null;
  /** Where traces are sent. Null: nothing is traced. */
  readonly tracesTo: string | null;
  /** The folders of outputs that this server may read, as jobs and as it names them. */
  readonly servedOutputs: readonly PathMapping[];
  /** Whether nexrender-server's own API is served under /api/v1. */
  readonly nexrenderApi: boolean;
  /** Pages of these origins may call /api/v1 from a browser. */
  readonly nexrenderOrigins: readonly string[];
};

/** The environment of this process. */
export function readEnvironment(): Environment {
  return process.env;
}

/** Returns the API's settings, or one sentence for each setting that is not valid. */
export function apiConfig(
  env: Environment = process.env,
): { ok: true; config: ApiConfig } | { ok: false; sentences: string[] } {
  const read = readSettings(apiSettings, env);
  if (!read.ok) return read;
  const { values } = read;
  const oldSecret = values.RENDERDECK_OLD_SESSION_SECRET;
  const password = values.RENDERDECK_ADMIN_PASSWORD;
  return {
    ok: true,
    config: {
      databaseUrl: values.DATABASE_URL,
      listenUrl: values.RENDERDECK_LISTEN_URL ?? values.DATABASE_URL,
      hostDatabaseUrl: values.RENDERDECK_HOST_DATABASE_URL ?? null,
      hostDatabaseCertificate: values.RENDERDECK_HOST_DATABASE_CA ?? null,
      host: values.HOST,
      port: values.PORT,
      sessionSecrets: [
        values.RENDERDECK_SESSION_SECRET,
        ...(oldSecret === undefined ? [] : [oldSecret]),
      ],
      firstAdmin: password === undefined ? null : { name: values.RENDERDECK_ADMIN_USER, password },
      sessionLife: {
        maxMs: values.RENDERDECK_SESSION_MINUTES,
        idleMs: values.RENDERDECK_SESSION_IDLE_MINUTES,
      },
      trustProxy: values.RENDERDECK_TRUST_PROXY ?? false,
      logLevel: values.RENDERDECK_LOG_LEVEL,
      keepChangesMs: values.RENDERDECK_KEEP_CHANGES_DAYS * 86_400_000,
      keepSecretsMs: values.RENDERDECK_KEEP_SECRETS_DAYS * 86_400_000,
      keepJobsMs: values.RENDERDECK_KEEP_JOBS_DAYS * 86_400_000,
      keepLogsMs: values.RENDERDECK_KEEP_LOGS_DAYS * 86_400_000,
      submitPriorityMax: values.RENDERDECK_SUBMIT_PRIORITY_MAX,
      webhookNetworks: values.RENDERDECK_WEBHOOK_NETWORKS,
      publicUrl: values.RENDERDECK_PUBLIC_URL ?? null,
      tracesTo: values.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
      servedOutputs: values.RENDERDECK_SERVE_OUTPUTS,
      nexrenderApi: values.RENDERDECK_NEXRENDER_API === 'on',
      nexrenderOrigins: values.RENDERDECK_NEXRENDER_ORIGINS,
      limits: {
        bodyBytes: values.RENDERDECK_MAX_BODY_MB * MB,
        jobValues: values.RENDERDECK_MAX_JOB_VALUES,
        requestsPerMinute: values.RENDERDECK_REQUESTS_PER_MINUTE,
        connections: values.RENDERDECK_MAX_CONNECTIONS,
        socketsPerAddress: values.RENDERDECK_MAX_SOCKETS_PER_ADDRESS,
        streamsPerActor: values.RENDERDECK_MAX_STREAMS_PER_USER,
        maxDelayMs: values.RENDERDECK_MAX_DELAY_MS,
      },
    },
  };
}

/** Reads what a submitted job may contain. If no roots are set, only the host checks paths. */
export function jobRules(env: Environment = process.env): JobRules {
  const read = readSettings(jobRuleSettings, env);
  if (!read.ok) throw new Error(read.sentences.join(' '));
  const { values } = read;
  return {
    assetRoots: splitFolders(values.RENDERDECK_ASSET_ROOTS ?? ''),
    outputRoots: splitFolders(values.RENDERDECK_OUTPUT_ROOTS ?? ''),
    ...readJobRules(values),
  };
}

/**
 * Splits a list of folders at `;` and `:`, but not at the colon of a Windows drive (`D:`). Render
 * hosts may run on Windows although the API does not.
 */
function splitFolders(text: string): string[] {
  return text
    .split(/;|(?<!(?:^|[;:])[A-Za-z](?=:[\\/])):/)
    .filter((folder) => folder !== '')
    .map((folder) => (win32.isAbsolute(folder) ? folder : resolve(folder)));
}
