/*
 * The secrets of a job that stay with an edited copy of it. A person who edits a job sees HIDDEN in
 * place of each secret. Nobody may learn a secret by an edit: a changed address, action or script
 * could send it elsewhere or write it down. So a secret stays only if its part of the job is as it
 * was, and if the job has no action that it did not have: an action gets the whole job. The
 * function copy_secrets of the database checks the same rule again (decision 0136); what it needs
 * of the lists below is made from them.
 */
import { type HiddenPlace, itemAt } from './job-secrets.ts';
import type { Json } from './json.ts';
import { HIDDEN } from './secret-text.ts';

type Path = readonly (string | number)[];

/**
 * A part of a job with secrets: its template, one asset, one action, or another field of the job.
 * `from` is its place in the old job, `to` its place in the edited one.
 */
export type KeptPart = { readonly from: Path; readonly to: Path };

export type KeptSecrets = {
  readonly parts: readonly KeptPart[];
  /** The places in the edited job whose secrets stay. */
  readonly kept: readonly HiddenPlace[];
  /** The places in the edited job that hold HIDDEN, and for which no secret stays. */
  readonly lost: readonly Path[];
};

/** Fields of a template that tell no program where to send anything. */
export const FREE_TEMPLATE_FIELDS: readonly string[] = [
  ...['composition', 'frameStart', 'frameEnd', 'incrementFrame', 'continueOnMissing'],
  ...['settingsTemplate', 'outputModule', 'outputExt', 'renderSettings', 'outputSettings'],
];
/** Assets that are files. All others put values or code into the project. */
export const FILE_ASSET_TYPES: readonly Json[] = ['image', 'audio', 'video', 'static'];

/** Which secrets of a job stay with the edited job, as the person sends it. */
export function keepSecrets(
  source: {
    readonly shown: Json;
    readonly hidden: readonly HiddenPlace[];
    /** After that no secret can stay. */
    readonly areDeleted: boolean;
  },
  edited: Json,
): KeptSecrets {
  const staysNone = source.areDeleted || hasNewAction(source.shown, edited);
  const find = staysNone ? () => null : partFinder(source.shown, edited);
  const found = new Map<string, { readonly from: Path; readonly to: Path | null }>();
  const kept: HiddenPlace[] = [];
  for (const { path, kinds } of source.hidden) {
    const from = partOf(path);
    const key = JSON.stringify(from);
    const part = found.get(key) ?? { from, to: find(from) };
    found.set(key, part);
    if (part.to === null) continue;
    const place = [...part.to, ...path.slice(from.length)];
    if (isSame(valueAt(source.shown, path), valueAt(edited, place)))
      kept.push({ path: place, kinds });
  }
  const isHidden = insideOf(source.hidden);
  // In a text that the old job has in plain sight, HIDDEN stands for no secret.
  const visible = new Set(
    [...textsWithHidden(source.shown, [])].flatMap(({ path, text }) =>
      isHidden(path) ? [] : [text],
    ),
  );
  const isKept = insideOf(kept);
  const lost = [...textsWithHidden(edited, [])].flatMap(({ path, text }) =>
    isKept(path) || visible.has(text) ? [] : [path],
  );
  const parts = [...found.values()].flatMap(({ from, to }) => (to === null ? [] : [{ from, to }]));
  return { parts, kept, lost };
}

/** Finds the place of an unchanged part in the edited job; null if it was changed or removed. */
function partFinder(source: Json, edited: Json): (from: Path) => Path | null {
  const isProjectSame =
    isSame(partAt(source, ['template']), partAt(edited, ['template'])) &&
    isSame(codeOf(source), codeOf(edited));
  const read = new Set<string>();
  const places = new Map<string, Path[]>();
  const placesOf = (list: Path) => {
    const value = valueAt(edited, list);
    for (const [index, item] of (Array.isArray(value) ? value : []).entries()) {
      const key = JSON.stringify([list, sorted(item)]);
      places.set(key, [...(places.get(key) ?? []), [...list, index]]);
    }
    read.add(JSON.stringify(list));
  };
  return (from) => {
    const part = partAt(source, from);
    if (isForProject(from, part) && !isProjectSame) return null;
    if (from.length === 1) return isSame(part, partAt(edited, from)) ? from : null;
    const list = from.slice(0, -1);
    if (!read.has(JSON.stringify(list))) placesOf(list);
    const found = places.get(JSON.stringify([list, sorted(part)])) ?? [];
    const own = found.findIndex((place) => place.at(-1) === from.at(-1));
    return found.splice(Math.max(own, 0), 1)[0] ?? null;
  };
}

/** Whether the edited job has an action that the old one does not have as it is. */
function hasNewAction(source: Json, edited: Json): boolean {
  const known = new Set(actionsOf(source).map(([list, action]) => JSON.stringify([list, action])));
  return actionsOf(edited).some((one) => !known.has(JSON.stringify(one)));
}

/** Each action with the name of its list. */
function actionsOf(job: Json): readonly (readonly [string, Json])[] {
  const lists = valueAt(job, ['actions']);
  if (!isObject(lists)) return [];
  return Object.entries(lists).flatMap(([name, list]) =>
    (isList(list) ? list : [list]).map((action) => [name, sorted(action)] as const),
  );
}

/** The part of a job that a place is in. */
function partOf(path: Path): Path {
  if (path[0] === 'assets' && typeof path[1] === 'number') return path.slice(0, 2);
  if (path[0] === 'actions' && typeof path[2] === 'number') return path.slice(0, 3);
  return path.slice(0, 1);
}

/** A part as it is compared: the template without its free fields, everything else whole. */
function partAt(job: Json, path: Path): Json {
  const part = valueAt(job, path);
  if (path.length !== 1 || path[0] !== 'template' || !isObject(part)) return part;
  return Object.fromEntries(
    Object.entries(part).filter(([name]) => !FREE_TEMPLATE_FIELDS.includes(name)),
  );
}

/** Whether the value of this part goes into the project, where code could read it. */
function isForProject(path: Path, part: Json): boolean {
  if (path[0] !== 'assets' || path.length !== 2) return false;
  return !FILE_ASSET_TYPES.includes(valueAt(part, ['type']));
}

/** The assets that run in After Effects, in their order. */
function codeOf(job: Json): readonly Json[] {
  const assets = valueAt(job, ['assets']);
  return (Array.isArray(assets) ? assets : []).filter(
    (asset) => isObject(asset) && (asset.type === 'script' || Object.hasOwn(asset, 'expression')),
  );
}

/** The texts of the edited job that contain HIDDEN. */
function* textsWithHidden(
  value: Json,
  path: Path,
): Generator<{ readonly path: Path; readonly text: string }> {
  if (typeof value === 'string') {
    if (value.includes(HIDDEN)) yield { path, text: value };
  } else if (isList(value))
    for (const [index, item] of value.entries()) yield* textsWithHidden(item, [...path, index]);
  else if (isObject(value))
    for (const [name, item] of Object.entries(value)) yield* textsWithHidden(item, [...path, name]);
}

/** Whether a place is one of these, or inside one of them. */
function insideOf(places: readonly HiddenPlace[]): (path: Path) => boolean {
  const known = new Set(places.map(({ path }) => JSON.stringify(path)));
  return (path) => path.some((_, at) => known.has(JSON.stringify(path.slice(0, at + 1))));
}

/** The value at a place; null if there is none. */
function valueAt(job: Json, path: Path): Json {
  return path.reduce<Json | undefined>(itemAt, job) ?? null;
}

function isSame(a: Json, b: Json): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** The value with the fields of each object in one order. */
function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !isList(value);
}
