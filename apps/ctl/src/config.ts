import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Credential =
  | { readonly token: string }
  | { readonly username: string; readonly password: string };
export type CtlConfig = { readonly url: string; readonly credential: Credential };

const SIGN_IN = 'Set RENDERDECK_TOKEN, or RENDERDECK_USER and RENDERDECK_PASSWORD.';
const text = z.string().min(1).optional();
const environment = z.object({
  RENDERDECK_URL: z
    .url({
      protocol: /^https?$/,
      error: 'RENDERDECK_URL is an address such as http://127.0.0.1:4000.',
    })
    .default('http://127.0.0.1:4000'),
  RENDERDECK_TOKEN: text,
  RENDERDECK_USER: text,
  RENDERDECK_PASSWORD: text,
});

export function readEnvironment(): Environment {
  return process.env;
}

/** Where the API is and as whom to ask, or a sentence that says which variable to set. An empty variable counts as unset. */
export function ctlConfig(
  env: Environment,
): { ok: true; config: CtlConfig } | { ok: false; sentence: string } {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success)
    return { ok: false, sentence: parsed.error.issues.map(({ message }) => message).join(' ') };
  const {
    RENDERDECK_TOKEN: token,
    RENDERDECK_USER: username,
    RENDERDECK_PASSWORD: password,
  } = parsed.data;
  const url = parsed.data.RENDERDECK_URL.replace(/\/+$/, '');
  if (token !== undefined) return { ok: true, config: { url, credential: { token } } };
  if (username !== undefined && password !== undefined)
    return { ok: true, config: { url, credential: { username, password } } };
  return { ok: false, sentence: SIGN_IN };
}
