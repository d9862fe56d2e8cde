/*
 * The values of a job that the submitter names as secret: `assets.0.value`, `assets.*.params.sku`.
 * A path is the keys and indexes from the root of the nexrender job, joined by dots. `*` stands for
 * each key or index, and for a key that has a dot itself. `assets[0].value` is the same as
 * `assets.0.value`.
 */
import type { Json } from './json.ts';

export const SECRET_PATHS_LIMIT = 100;
export const SECRET_PATH_LENGTH = 500;

type Path = readonly (string | number)[];
type Resolved =
  | { readonly ok: true; readonly paths: readonly Path[] }
  | { readonly ok: false; readonly index: number; readonly sentence: string };

/** Everyone may read these: a tag decides which hosts see the job, an output is on record. */
const READABLE: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^(?:tags|uid)$/, 'everyone reads it in the queue'],
  [/^actions(?:\.postrender(?:\.\d+(?:\.output)?)?)?$/, 'it has the place of an output'],
];

/** The places that the paths name; else which path names none, or one that cannot be secret. */
export function resolveSecretPaths(job: Json, named: readonly string[]): Resolved {
  const found = new Map<string, Path>();
  for (const [index, text] of named.entries()) {
    const paths = matches(job, readSteps(text), []);
    if (paths.length === 0)
      return { ok: false, index, sentence: `The job has no value at ${text}.` };
    for (const path of paths) {
      const why = READABLE.find(([pattern]) => pattern.test(path.join('.')))?.[1];
      if (why !== undefined)
        return { ok: false, index, sentence: `${writePath(path)} cannot be secret: ${why}.` };
      found.set(JSON.stringify(path), path);
    }
  }
  return { ok: true, paths: [...found.values()].filter((path) => !isInside(path, found)) };
}

/** True where a part of the job is named that holds this one. */
function isInside(path: Path, named: ReadonlyMap<string, Path>): boolean {
  return path.some((_, length) => named.has(JSON.stringify(path.slice(0, length))));
}

/** `assets[0].params.sku`, as people read it. */
export function writePath(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}

/** The same as a submitter names it: `assets.0.params.sku`; `*` for a key that has a dot. */
export function writeSecretPath(path: Path): string {
  return path.map((step) => (/[.[\]]|^$/.test(String(step)) ? '*' : step)).join('.');
}

function readSteps(text: string): readonly string[] {
  return text.replace(/\[(\d+|\*)\]/g, '.$1').split('.');
}

function matches(value: Json, steps: readonly string[], path: Path): readonly Path[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [path];
  if (value === null || typeof value !== 'object') return [];
  const keys: Path = isList(value) ? [...value.keys()] : Object.keys(value);
  return Object.values(value).flatMap((item, at) => {
    const key = keys[at];
    if (key === undefined || (step !== '*' && step !== String(key))) return [];
    return matches(item, rest, [...path, key]);
  });
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
