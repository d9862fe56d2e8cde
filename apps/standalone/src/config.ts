import { resolve } from 'node:path';
import { firstAdminNameSchema, firstAdminPasswordSchema } from '@renderdeck/contract';
import { z } from 'zod';

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is a postgres:// URL' }).optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'is a port number' }).int().min(0).max(65535).default(4000),
  RENDERDECK_DATA_DIR: z.string().default('./.renderdeck'),
  RENDERDECK_SESSION_SECRET: z.string().min(32, { error: 'has 32 characters or more' }).optional(),
  RENDERDECK_ADMIN_USER: firstAdminNameSchema.default('admin'),
  RENDERDECK_ADMIN_PASSWORD: firstAdminPasswordSchema.optional(),
  RENDERDECK_STAND_IN_FRAME_MS: z.string().optional(),
});

export type StandaloneConfig = {
  /** Null: a local PostgreSQL under the data folder. */
  readonly databaseUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly sessionSecret: string | null;
  readonly adminUser: string;
  readonly adminPassword: string | null;
  /** Everything the programs it starts inherit. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
};

/** The farm's settings from the environment, or one sentence per setting that does not fit. An empty variable counts as unset. */
export function standaloneConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): { ok: true; config: StandaloneConfig } | { ok: false; sentences: string[] } {
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
      databaseUrl: data.DATABASE_URL ?? null,
      host: data.HOST,
      port: data.PORT,
      dataDir: resolve(data.RENDERDECK_DATA_DIR),
      sessionSecret: data.RENDERDECK_SESSION_SECRET ?? null,
      adminUser: data.RENDERDECK_ADMIN_USER,
      adminPassword: data.RENDERDECK_ADMIN_PASSWORD ?? null,
      inherited: set,
    },
  };
}
