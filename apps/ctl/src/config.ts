import {
  ctlAdminSettings,
  ctlSettings,
  type Environment,
  readSettings,
  withOwner,
} from '@renderdeck/settings';

export type Credential =
  | { readonly token: string }
  | { readonly username: string; readonly password: string };
export type CtlConfig = { readonly url: string; readonly credential: Credential };

const SIGN_IN = 'Set RENDERDECK_TOKEN, or RENDERDECK_USER and RENDERDECK_PASSWORD.';

export function readEnvironment(): Environment {
  return process.env;
}

/** The address of the API and the user to sign in as, or a sentence with the variable to set. */
export function ctlConfig(
  env: Environment,
): { ok: true; config: CtlConfig } | { ok: false; sentence: string } {
  const read = readSettings(ctlSettings, env);
  if (!read.ok) return { ok: false, sentence: read.sentences.join(' ') };
  const { values } = read;
  const token = values.RENDERDECK_TOKEN;
  const username = values.RENDERDECK_USER;
  const password = values.RENDERDECK_PASSWORD;
  const url = values.RENDERDECK_URL.replace(/\/+$/, '');
  if (token !== undefined) return { ok: true, config: { url, credential: { token } } };
  if (username !== undefined && password !== undefined)
    return { ok: true, config: { url, credential: { username, password } } };
  return { ok: false, sentence: SIGN_IN };
}

/** The database that `ctl admin` changes, or a sentence with the variable to set. */
export function ctlDatabase(
  env: Environment,
): { ok: true; databaseUrl: string } | { ok: false; sentence: string } {
  const read = readSettings(ctlAdminSettings, withOwner(env));
  if (!read.ok) return { ok: false, sentence: read.sentences.join(' ') };
  const { DATABASE_URL: databaseUrl } = read.values;
  return databaseUrl === undefined
    ? { ok: false, sentence: 'Set DATABASE_URL to the database of the farm, as for migrate.' }
    : { ok: true, databaseUrl };
}
