/** A JSON value. A nexrender job is one: it comes from outside and may have any shape. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Shown in place of a secret. */
export const HIDDEN = '•••';

/** One hidden value and its path: keys and indexes from the root. */
export type Secret = { readonly path: readonly (string | number)[]; readonly value: Json };

const SECRET_KEY = new RegExp(
  `^(${[
    'credentials?|auth|authorization|cookie|pass|pwd',
    '(.*[-_])?(password|passwd|passphrase|secret|token)',
    '.*(Password|Passphrase|Secret|Token)',
    '.*(api|access|secret|private|account)[-_]?key(id)?',
  ].join('|')})$`,
  'i',
);
// Both patterns take time in proportion to the text, whatever it holds: a search that fails is not
// started again inside the same run of characters.
const USER_INFO = /(?<=[a-z0-9+.-])(:\/\/)[^\s/?#@:]*:[^\s/?#]*@/gi;
/** A signed link gives access to everyone who reads it. */
const SIGNED = new RegExp(
  `([?&][^=&#?\\s]*(?:${[
    'token|signature|secret|password|passwd|credential',
    'api[-_]?key|access[-_]?key|sig',
  ].join('|')})=)[^&#\\s]+`,
  'gi',
);

/**
 * The job with every secret replaced by HIDDEN, and the secrets apart. A secret is a whole value
 * under a key such as `credentials`, `password` or `apiKey`, or a string whose URL contains
 * `user:password@` or a signature. joinSecrets restores exactly what came in.
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

/** Restores the job as it came, for the host that renders it. */
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
