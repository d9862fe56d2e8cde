import { isIP } from 'node:net';
import { resolve, win32 } from 'node:path';
import { firstAdminNameSchema, firstAdminPasswordSchema } from '@renderdeck/contract';
import { z } from 'zod';
import type { JobRules } from './check-submitted-job.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

const secret = z
  .string({ error: 'is missing; make one with `openssl rand -base64 48`' })
  .min(32, { error: 'has 32 characters or more' });

/** One of Fastify's: a name for a group of addresses, an address, or a network. */
function isProxy(text: string): boolean {
  const [address = '', bits, ...more] = text.trim().split('/');
  if (/^(loopback|linklocal|uniquelocal)$/.test(text.trim())) return true;
  const most = isIP(address) === 6 ? 128 : 32;
  return (
    isIP(address) !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d+$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most))
  );
}

const COUNT = 'is a whole number from 0';
const count = (fallback: number) =>
  z.coerce
    .number({ error: COUNT })
    .int({ error: COUNT })
    .min(0, { error: COUNT })
    .default(fallback);

const minutes = (least: number, most: number) =>
  z.coerce
    .number({ error: `is a whole number of minutes from ${least} to ${most}` })
    .int({ error: `is a whole number of minutes from ${least} to ${most}` })
    .min(least, { error: `is at least ${least} minutes` })
    .max(most, { error: `is at most ${most} minutes` })
    .transform((count) => count * 60_000);

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is a postgres:// URL' }),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'is a port number' }).int().min(0).max(65535).default(4000),
  RENDERDECK_SESSION_SECRET: secret,
  /** While keys rotate: cookies sealed with it still open; none is sealed with it any more. A variable of its own, since a key may have any sign in it. */
  RENDERDECK_OLD_SESSION_SECRET: secret.optional(),
  RENDERDECK_ADMIN_USER: firstAdminNameSchema.default('admin'),
  RENDERDECK_ADMIN_PASSWORD: firstAdminPasswordSchema.optional(),
  /** Set where a proxy in front ends TLS and names the client; nobody else is believed who a request comes from. */
  RENDERDECK_TRUST_PROXY: z
    .string()
    .refine((text) => text.split(',').every(isProxy), {
      error: 'lists the addresses or networks of proxies, joined by commas',
    })
    .optional(),
  /** Limits of one caller; README lists them. */
  RENDERDECK_REQUESTS_PER_MINUTE: count(DEFAULT_LIMITS.requestsPerMinute),
  RENDERDECK_MAX_CONNECTIONS: count(DEFAULT_LIMITS.connections),
  RENDERDECK_MAX_SOCKETS_PER_ADDRESS: count(DEFAULT_LIMITS.socketsPerAddress),
  RENDERDECK_MAX_STREAMS_PER_USER: count(DEFAULT_LIMITS.streamsPerActor),
  RENDERDECK_MAX_DELAY_MS: count(DEFAULT_LIMITS.maxDelayMs),
  RENDERDECK_SESSION_MINUTES: minutes(5, 43_200).prefault(720),
  RENDERDECK_SESSION_IDLE_MINUTES: minutes(5, 34_560).prefault(240),
  RENDERDECK_KEEP_CHANGES_DAYS: count(30),
  RENDERDECK_NEXRENDER_API: z.enum(['on', 'off'], { error: 'is on or off' }).default('off'),
  RENDERDECK_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info'),
});

export type ApiConfig = {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  /** The first seals, all open. */
  readonly sessionSecrets: readonly [string, ...string[]];
  readonly firstAdmin: { readonly name: string; readonly password: string } | null;
  readonly sessionLife: { readonly maxMs: number; readonly idleMs: number };
  readonly trustProxy: string | false;
  readonly logLevel: string;
  readonly limits: Limits;
  /** How long a live stream can be resumed and a key of a submission is known; 0: for ever. */
  readonly keepChangesMs: number;
  /** Whether nexrender-server's own API is spoken under /api/v1. */
  readonly nexrenderApi: boolean;
};

/** The API's settings from the environment, or one sentence per setting that does not fit. An empty variable counts as unset. */
export function apiConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): { ok: true; config: ApiConfig } | { ok: false; sentences: string[] } {
  const parsed = environment.safeParse(withoutEmpty(env));
  if (!parsed.success) {
    return {
      ok: false,
      sentences: parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}.`),
    };
  }
  const { data } = parsed;
  return {
    ok: true,
    config: {
      databaseUrl: data.DATABASE_URL,
      host: data.HOST,
      port: data.PORT,
      sessionSecrets: [
        data.RENDERDECK_SESSION_SECRET,
        ...(data.RENDERDECK_OLD_SESSION_SECRET === undefined
          ? []
          : [data.RENDERDECK_OLD_SESSION_SECRET]),
      ],
      firstAdmin:
        data.RENDERDECK_ADMIN_PASSWORD === undefined
          ? null
          : { name: data.RENDERDECK_ADMIN_USER, password: data.RENDERDECK_ADMIN_PASSWORD },
      sessionLife: {
        maxMs: data.RENDERDECK_SESSION_MINUTES,
        idleMs: data.RENDERDECK_SESSION_IDLE_MINUTES,
      },
      trustProxy: data.RENDERDECK_TRUST_PROXY ?? false,
      logLevel: data.RENDERDECK_LOG_LEVEL,
      keepChangesMs: data.RENDERDECK_KEEP_CHANGES_DAYS * 86_400_000,
      nexrenderApi: data.RENDERDECK_NEXRENDER_API === 'on',
      limits: {
        requestsPerMinute: data.RENDERDECK_REQUESTS_PER_MINUTE,
        connections: data.RENDERDECK_MAX_CONNECTIONS,
        socketsPerAddress: data.RENDERDECK_MAX_SOCKETS_PER_ADDRESS,
        streamsPerActor: data.RENDERDECK_MAX_STREAMS_PER_USER,
        maxDelayMs: data.RENDERDECK_MAX_DELAY_MS,
      },
    },
  };
}

const rules = z.object({
  RENDERDECK_ASSET_ROOTS: z.string().default('').transform(splitFolders),
  RENDERDECK_OUTPUT_ROOTS: z.string().default('').transform(splitFolders),
  RENDERDECK_ACTIONS: z
    .string()
    .default('@nexrender/action-copy,@nexrender/action-encode')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
});

/** What is refused at submission already, by the same variables as on a host; roots that are not set leave it to the host. */
export function jobRules(
  env: Readonly<Record<string, string | undefined>> = process.env,
): JobRules {
  const data = rules.parse(withoutEmpty(env));
  return {
    assetRoots: data.RENDERDECK_ASSET_ROOTS,
    outputRoots: data.RENDERDECK_OUTPUT_ROOTS,
    actions: data.RENDERDECK_ACTIONS,
  };
}

/** Folders of any system, since hosts may run on another than the API: joined by ; or :, but a drive's own colon joins nothing. */
function splitFolders(text: string): string[] {
  return text
    .split(/;|(?<!(?:^|[;:])[A-Za-z](?=:[\\/])):/)
    .filter((folder) => folder !== '')
    .map((folder) => (win32.isAbsolute(folder) ? folder : resolve(folder)));
}

function withoutEmpty(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
