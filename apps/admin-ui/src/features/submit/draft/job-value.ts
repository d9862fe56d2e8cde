import type { Json } from '@renderdeck/contract';

/** Where a value is in a nexrender job: keys and indexes from its root. */
export type Path = readonly (string | number)[];
type JsonObject = { readonly [key: string]: Json };

/** The name of a field in texts and addresses: `assets.0.src`. */
export function nameOf(path: Path): string {
  return path.join('.');
}

/** The nexrender job in a JSON text, or why the text contains none. */
export function readJobText(
  text: string,
): { readonly ok: true; readonly job: JsonObject } | { readonly ok: false; readonly why: string } {
  try {
    const value: Json = JSON.parse(text);
    if (isObject(value)) return { ok: true, job: value };
    return { ok: false, why: 'A nexrender job is a JSON object: it begins with {.' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `This is not JSON: ${reason}.` };
  }
}

/** The text of a nexrender job, as people read it. */
export function writeJobText(job: Json): string {
  return JSON.stringify(job, null, 2);
}

/** The value at that place; undefined if there is none. */
export function valueAt(job: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, job);
}

/** The list at that place; empty if there is none. */
export function listAt(job: Json, path: Path): readonly Json[] {
  const value = valueAt(job, path);
  return Array.isArray(value) ? value : [];
}

/** The job with that one value changed; undefined removes it. Nothing else changes. */
export function withValue(job: Json, path: Path, value: Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? null;
  if (typeof key === 'number') {
    const list: readonly Json[] = Array.isArray(job) ? job : [];
    if (rest.length === 0 && value === undefined) return list.filter((_, at) => at !== key);
    const changed = withValue(list[key] ?? {}, rest, value);
    return key < list.length
      ? list.map((item, at) => (at === key ? changed : item))
      : [...list, changed];
  }
  const object = isObject(job) ? job : {};
  if (rest.length === 0 && value === undefined)
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  const empty: Json = typeof rest[0] === 'number' ? [] : {};
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  return { ...object, [key]: withValue(inner ?? empty, rest, value) };
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
