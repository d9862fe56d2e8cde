import { HIDDEN, hideInText, isSecretName } from './secret-text.ts';

/** A JSON value. A nexrender job is one: it comes from outside and may have any shape. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** One hidden value and its path: keys and indexes from the root. */
export type Secret = { readonly path: readonly (string | number)[]; readonly value: Json };

/** The fields of a pair such as `{"name": "X-Api-Key", "value": …}`. */
const NAME_FIELDS: ReadonlySet<string> = new Set(['name', 'key', 'header', 'field', 'param', 'k']);
const VALUE_FIELDS: ReadonlySet<string> = new Set(['value', 'values', 'val', 'content', 'v']);

type Path = readonly (string | number)[];
type Found = { readonly secrets: Secret[]; readonly texts: Set<string> };

/**
 * The job with every secret replaced by HIDDEN, and the secrets apart. A secret is a whole value
 * under a name such as `credentials`, `password` or `Authorization`, in an object or in a pair of
 * name and value; or a string with `user:password@` or `token@` in a URL, a signature in a query,
 * or `Bearer …`. joinSecrets restores exactly what came in.
 */
export function splitSecrets(job: Json): {
  readonly shown: Json;
  readonly secrets: readonly Secret[];
} {
  const found: Found = { secrets: [], texts: new Set() };
  return { shown: hide(job, [], false, found), secrets: found.secrets };
}

/** Every text of the job that is secret, as it stands in it, for programs that write logs. */
export function listSecretTexts(job: Json): readonly string[] {
  const found: Found = { secrets: [], texts: new Set() };
  hide(job, [], false, found);
  return [...found.texts];
}

function hide(value: Json, path: Path, isSecret: boolean, found: Found): Json {
  if (value === null || value === '' || typeof value === 'boolean') return value;
  if (isSecret) {
    found.secrets.push({ path, value });
    addTexts(value, found.texts);
    return HIDDEN;
  }
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    const { shown, parts } = hideInText(value);
    if (shown !== value) found.secrets.push({ path, value });
    for (const part of parts) found.texts.add(part);
    return shown;
  }
  if (isList(value))
    return value.map((item, index) => hide(item, [...path, index], isNamed(value, index), found));
  const entries = Object.entries(value);
  const isPair = entries.some(
    ([name, item]) => NAME_FIELDS.has(name) && typeof item === 'string' && isSecretName(item),
  );
  return Object.fromEntries(
    entries.map(([name, item]) => {
      const secret = isSecretName(name) || (isPair && VALUE_FIELDS.has(name.toLowerCase()));
      return [name, hide(item, [...path, name], secret, found)];
    }),
  );
}

/** `["X-Api-Key", …]`, also as a part of one flat list of names and values. */
function isNamed(list: readonly Json[], index: number): boolean {
  const name = index % 2 === 1 ? list[index - 1] : null;
  return typeof name === 'string' && isSecretName(name);
}

function addTexts(value: Json, texts: Set<string>): void {
  if (typeof value === 'string' || typeof value === 'number') texts.add(String(value));
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) addTexts(item, texts);
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
