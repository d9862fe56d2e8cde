import { resolve } from 'node:path';
import {
  type Environment,
  readSettings,
  standaloneSettings,
  withoutEmpty,
} from '@renderdeck/settings';

export type StandaloneConfig = {
  /** Null means: start a local PostgreSQL whose data is in the data folder. */
  readonly databaseUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly sessionSecret: string | null;
  readonly adminUser: string;
  readonly adminPassword: string | null;
  /** The whole environment. The programs that the farm starts inherit it. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
};

/** Returns the farm's settings, or one sentence for each setting that is not valid. */
export function standaloneConfig(
  env: Environment = process.env,
): { ok: true; config: StandaloneConfig } | { ok: false; sentences: string[] } {
  const read = readSettings(standaloneSettings, env);
  if (!read.ok) return read;
  const { values } = read;
  return {
    ok: true,
    config: {
      databaseUrl: values.DATABASE_URL ?? null,
      host: values.HOST,
      port: values.PORT,
      dataDir: resolve(values.RENDERDECK_DATA_DIR),
      sessionSecret: values.RENDERDECK_SESSION_SECRET ?? null,
      adminUser: values.RENDERDECK_ADMIN_USER,
      adminPassword: values.RENDERDECK_ADMIN_PASSWORD ?? null,
      inherited: withoutEmpty(env),
    },
  };
}
