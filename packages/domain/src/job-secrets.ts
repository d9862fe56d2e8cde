/** A value as JSON has it. A nexrender job is one: outside text, of any shape. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What everyone sees in place of a secret. */
export const HIDDEN = '•••';

/** One hidden value and where it stood: keys and indexes from the root. */
export type Secret = { readonly path: readonly (string | number)[]; readonly value: Json };

const SECRET_KEY =
  /^(credentials?|auth|authorization|cookie|pass|pwd|(.*[-_])?(password|passwd|passphrase|secret|token)|.*(Password|Passphrase|Secret|Token)|.*(api|access|secret|private|account)[-_]?key(id)?)$/i;
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*:[^\s/?#]*@/gi;
/** A signed link opens what it names to whoever reads it. */
const SIGNED =
  /([?&][^=&#\s]*(?:token|signature|secret|password|passwd|credential|api[-_]?key|access[-_]?key|sig)=)[^&#\s]+/gi;

/**
 * The job with every secret replaced by HIDDEN, and the secrets apart: values under keys such as `credentials`, `password` or
 * `apiKey` whole, and strings whose URLs carry `user:password@` or a signature. joinSecrets gives back exactly what came in.
 */
export function splitSecrets(job: Json): {
  readonly shown: Json;
  readonly secrets: readonly Secret[];
} {
  const secrets: Secret[] = [];
  const hide = (value: Json, path: readonly (string | number)[], key: string): Json => {
    if (value === null || value === '' || typeof value === 'boolean') return value;
    if (SECRET_KEY.test(key)) {
      secrets.push({ path, value });
      return HIDDEN;
    }
    if (typeof value === 'number') return value;
    if (typeof value === 'string') {
      const shown = value.replace(USER_INFO, `$1${HIDDEN}@`).replace(SIGNED, `$1${HIDDEN}`);
      if (shown !== value) secrets.push({ path, value });
      return shown;
    }
    if (isList(value)) return value.map((item, index) => hide(item, [...path, index], ''));
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, hide(item, [...path, name], name)]),
    );
  };
  return { shown: hide(job, [], ''), secrets };
}

/** The job as it came, for the host that renders it. */
export function joinSecrets(shown: Json, secrets: readonly Secret[]): Json {
  return secrets.reduce((job, secret) => place(job, secret.path, secret.value), shown);
}

function place(into: Json, path: readonly (string | number)[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isList(into))
    return into.map((item, index) => (index === step ? place(item, rest, value) : item));
  if (into === null || typeof into !== 'object') return into;
  return Object.fromEntries(
    Object.entries(into).map(([name, item]) => [
      name,
      name === step ? place(item, rest, value) : item,
    ]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
