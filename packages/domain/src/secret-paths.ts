/*
 * The values of a job that the submitter names as secret: `assets.0.value`, `assets.*.params.sku`.
 * A path is the keys and indexes from the root of the nexrender job, joined by dots. `*` stands for
 * each key or index, and is also the way to name a key that contains a dot. `assets[0].value` means
 * the same as `assets.0.value`.
 */
import type { Json } from './json.ts';

export const SECRET_PATHS_LIMIT = 100;
export const SECRET_PATH_LENGTH = 500;

/** Every place is stored and shown to everyone who reads the job. */
export const SECRET_PLACES_LIMIT = 1000;
/**
 * The number of values that `*` may stand for, over all paths and steps. A job of 1 MB can have
 * 500,000.
 */
export const SECRET_LOOKS_LIMIT = 100_000;

type Path = readonly (string | number)[];
type Steps = readonly string[];
type Item = readonly [key: string | number, value: Json];
type Budget = { looks: number };
type Refused = { readonly ok: false; readonly index: number; readonly sentence: string };
type Resolved = { readonly ok: true; readonly paths: readonly Path[] } | Refused;
/** A value of the job. Everything inside a named value is hidden with it. */
type Branch = { isNamed: boolean; readonly items: Map<string | number, Branch> };

/**
 * Places that everyone may read: a tag decides which hosts see the job, and outputs are on record.
 */
const READABLE: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^(?:tags|uid)$/, 'everyone reads it in the queue'],
  [/^actions(?:\.postrender(?:\.\d+(?:\.output)?)?)?$/, 'it has the place of an output'],
];

const TOO_MANY_PLACES = `The paths name more than ${SECRET_PLACES_LIMIT} values, the last ones by`;
const TOO_MANY_LOOKS = `The * stand for more than ${SECRET_LOOKS_LIMIT} values, as in`;
const INSTEAD = 'Name the list or the object that holds them.';

/**
 * The places that the paths name. Otherwise a sentence with the path that leads nowhere, that
 * cannot be secret, or that names too much. The search stops at that path, so its time is limited
 * for every job and every list of paths.
 */
export function resolveSecretPaths(job: Json, named: readonly string[]): Resolved {
  const root: Branch = { isNamed: false, items: new Map() };
  const budget: Budget = { looks: SECRET_LOOKS_LIMIT };
  const seen = new Set<string>();
  let places = 0;
  for (const [index, text] of named.entries()) {
    if (seen.has(text)) continue;
    seen.add(text);
    const refuse = (sentence: string): Refused => ({ ok: false, index, sentence });
    let isFound = false;
    for (const path of matches(job, readSteps(text), [], budget)) {
      isFound = true;
      const why = whyReadable(path);
      if (why !== null) return refuse(`${writePath(path)} cannot be secret: ${why}.`);
      if (addPlace(root, path)) places += 1;
      if (places > SECRET_PLACES_LIMIT) return refuse(`${TOO_MANY_PLACES} ${text}. ${INSTEAD}`);
    }
    if (budget.looks < 0) return refuse(`${TOO_MANY_LOOKS} ${text}. ${INSTEAD}`);
    if (!isFound) return refuse(`The job has no value at ${text}.`);
  }
  return { ok: true, paths: [...outermost(root, [])] };
}

function whyReadable(path: Path): string | null {
  // Keys may be long, and the readable places have only short paths.
  if (path.length > 4 || path.some((step) => String(step).length > 10)) return null;
  return READABLE.find(([pattern]) => pattern.test(path.join('.')))?.[1] ?? null;
}

/** False if the place, or a value that contains it, is already named. */
function addPlace(root: Branch, path: Path): boolean {
  let at = root;
  for (const step of path) {
    if (at.isNamed) return false;
    const inside = at.items.get(step) ?? { isNamed: false, items: new Map() };
    at.items.set(step, inside);
    at = inside;
  }
  const isNew = !at.isNamed;
  at.isNamed = true;
  return isNew;
}

function* outermost({ isNamed, items }: Branch, path: Path): Generator<Path> {
  if (isNamed) yield path;
  else for (const [step, inside] of items) yield* outermost(inside, [...path, step]);
}

/** A path in the form for people: `assets[0].params.sku`. */
export function writePath(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}

/**
 * A path in the form for submitters: `assets.0.params.sku`, with `*` for a key that contains a dot.
 */
export function writeSecretPath(path: Path): string {
  return path.map((step) => (/[.[\]]|^$/.test(String(step)) ? '*' : step)).join('.');
}

function readSteps(text: string): Steps {
  return text.replace(/\[(\d+|\*)\]/g, '.$1').split('.');
}

function* matches(value: Json, steps: Steps, path: Path, budget: Budget): Generator<Path> {
  const step = steps[path.length];
  if (step === undefined) yield path;
  else
    for (const [key, item] of step === '*' ? everyItem(value, budget) : oneItem(value, step))
      yield* matches(item, steps, [...path, key], budget);
}

function oneItem(value: Json, step: string): readonly Item[] {
  if (value === null || typeof value !== 'object') return [];
  const key = isList(value) ? Number(step) : step;
  const item = isList(value) ? value[Number(step)] : ownItem(value, step);
  return item === undefined || String(key) !== step ? [] : [[key, item]];
}

/** No items if the budget is too small; the budget is then below 0. */
function everyItem(value: Json, budget: Budget): Iterable<Item> {
  if (value === null || typeof value !== 'object') return [];
  budget.looks -= isList(value) ? value.length : Object.keys(value).length;
  if (budget.looks < 0) return [];
  return isList(value) ? value.entries() : Object.entries(value);
}

function ownItem(value: { readonly [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
