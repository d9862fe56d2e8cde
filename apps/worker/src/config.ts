import { hostname } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { z } from 'zod';

const folders = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => resolve(folder)),
  );
const milliseconds = (least: number, most: number) =>
  z.coerce
    .number({ error: `is a whole number of milliseconds from ${least} to ${most}` })
    .int()
    .min(least)
    .max(most);

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is a postgres:// URL' }),
  RENDERDECK_WORKER_NAME: z.string().trim().min(1).max(64).default(hostname()),
  RENDERDECK_SLOTS: z.coerce
    .number({ error: 'is a whole number from 1 to 64' })
    .int()
    .min(1)
    .max(64)
    .default(1),
  RENDERDECK_AERENDER: z.string().min(1).optional(),
  RENDERDECK_DATA_DIR: z.string().min(1).default('.renderdeck'),
  RENDERDECK_SCRATCH_ROOT: z.string().min(1).optional(),
  RENDERDECK_ASSET_ROOTS: folders,
  RENDERDECK_OUTPUT_ROOTS: folders,
  RENDERDECK_ACTIONS: z
    .string()
    .default('@nexrender/action-copy,@nexrender/action-encode')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  RENDERDECK_STOP_GRACE_MS: milliseconds(0, 600_000).default(2000),
  RENDERDECK_DRAIN_LIMIT_MS: milliseconds(0, 600_000).default(60_000),
  RENDERDECK_LEASE_MS: milliseconds(3000, 3_600_000).default(30_000),
  RENDERDECK_LAUNCH_LIMIT_MS: milliseconds(1000, 86_400_000).default(180_000),
  RENDERDECK_STALL_LIMIT_MS: milliseconds(1000, 604_800_000).default(600_000),
  RENDERDECK_TOTAL_LIMIT_MS: milliseconds(1000, 2_592_000_000).optional(),
  RENDERDECK_MIN_FREE_MB: z.coerce
    .number({ error: 'is a whole number of megabytes' })
    .int()
    .min(0)
    .default(256),
  RENDERDECK_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info'),
});

export type WorkerConfig = {
  readonly databaseUrl: string;
  readonly name: string;
  readonly slots: number;
  /** Null: nexrender's own search. */
  readonly aerender: string | null;
  readonly scratchRoot: string;
  readonly assetRoots: string[];
  readonly outputRoots: string[];
  readonly actions: string[];
  readonly stopGraceMs: number;
  /** From the signal that ends the daemon to the end of every grace. */
  readonly drainLimitMs: number;
  readonly leaseMs: number;
  /** Longest time from the launch of aerender to its first word about the composition. */
  readonly launchLimitMs: number;
  /** Longest time without a frame. */
  readonly stallLimitMs: number;
  /** Longest time in all; null: none. */
  readonly totalLimitMs: number | null;
  /** With less free space than this on the scratch root's disk, no job is taken. */
  readonly minFreeBytes: number;
  readonly logLevel: string;
};

/** The worker's settings from the environment, or one sentence per setting that does not fit. An empty variable counts as unset. */
export function workerConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): { ok: true; config: WorkerConfig } | { ok: false; sentences: string[] } {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success)
    return {
      ok: false,
      sentences: parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}.`),
    };
  const { data } = parsed;
  return {
    ok: true,
    config: {
      databaseUrl: data.DATABASE_URL,
      name: data.RENDERDECK_WORKER_NAME,
      slots: data.RENDERDECK_SLOTS,
      aerender: data.RENDERDECK_AERENDER ?? null,
      scratchRoot: resolve(data.RENDERDECK_SCRATCH_ROOT ?? `${data.RENDERDECK_DATA_DIR}/scratch`),
      assetRoots: data.RENDERDECK_ASSET_ROOTS,
      outputRoots: data.RENDERDECK_OUTPUT_ROOTS,
      actions: data.RENDERDECK_ACTIONS,
      stopGraceMs: data.RENDERDECK_STOP_GRACE_MS,
      drainLimitMs: data.RENDERDECK_DRAIN_LIMIT_MS,
      leaseMs: data.RENDERDECK_LEASE_MS,
      launchLimitMs: data.RENDERDECK_LAUNCH_LIMIT_MS,
      stallLimitMs: data.RENDERDECK_STALL_LIMIT_MS,
      totalLimitMs: data.RENDERDECK_TOTAL_LIMIT_MS ?? null,
      minFreeBytes: data.RENDERDECK_MIN_FREE_MB * 1_000_000,
      logLevel: data.RENDERDECK_LOG_LEVEL,
    },
  };
}
