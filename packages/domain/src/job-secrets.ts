import type { Json } from './json.ts';
import { QUERY_FIELDS } from './secret-forms.ts';
import { isSecretName, type NamePlace } from './secret-names.ts';
import { writePath } from './secret-paths.ts';
import { HIDDEN, type HiddenText, hideInText } from './secret-text.ts';

/** One hidden value and its path: the keys and indexes from the root. */
export type Secret = { readonly path: Path; readonly value: Json };
/**
 * For people: the place of a hidden value, and the kinds of secrets there: `query key`, `named by
 * the job`.
 */
export type HiddenPlace = { readonly path: Path; readonly kinds: readonly string[] };
export type SplitJob = {
  readonly shown: Json;
  readonly secrets: readonly Secret[];
  readonly hidden: readonly HiddenPlace[];
};

/**
 * How much a job may hide. Everything hidden is stored, and a job of 1 MB could hide a thousand
 * times its size.
 */
export const HIDDEN_LIMITS = { places: 10_000, characters: 1_000_000 } as const;

/**
 * The kind of a value that the submitter named as secret, besides the secrets that the rules find.
 */
export const NAMED_BY_JOB = 'named by the job';
const BY_NAME = 'by its name';

/** The fields that hold the name in a pair such as `{"name": "X-Api-Key", "value": …}`. */
const NAME_FIELDS: ReadonlySet<string> = new Set([
  ...['name', 'key', 'header', 'headername', 'field', 'param', 'parameter', 'variable', 'k'],
]);
const VALUE_FIELDS: ReadonlySet<string> = new Set(['value', 'values', 'val', 'content', 'v']);
const JSON_TEXT = /^\s*[[{]/;
/** A text with more levels than a job may have is not read as JSON. */
const MAX_DEPTH = 100;
/** The most characters that describe the secrets in one JSON text. */
const MAX_JSON_KIND_LENGTH = 10_000;

type Path = readonly (string | number)[];
type Found = {
  readonly secrets: Secret[];
  readonly hidden: HiddenPlace[];
  readonly texts: Set<string>;
};

/**
 * The job with every secret replaced by HIDDEN, and the list of secrets. A value is secret if the
 * rules of secret-forms.ts find it by its name, its place in an address or its form, also inside a
 * JSON text, or if `named` has its path. joinSecrets restores exactly the job that came in.
 */
export function splitSecrets(job: Json, named: readonly Path[] = []): SplitJob {
  const { shown, secrets, hidden } = search(job, named);
  return { shown, secrets, hidden };
}

/** Every secret text of the job, as the job has it, for programs that write logs. */
export function listSecretTexts(job: Json): readonly string[] {
  return [...search(job, []).texts];
}

/** The texts of secrets that were hidden whole, including secrets that no rule finds. */
export function textsOfSecrets(shown: Json, secrets: readonly Secret[]): readonly string[] {
  const texts = new Set<string>();
  for (const { path, value } of secrets)
    if (path.reduce<Json | undefined>(itemAt, shown) === HIDDEN) addTexts(value, texts);
  return [...texts];
}

/** Why a job hides too much for storage and display; null if it does not. */
export function hidesTooMuch({ secrets, hidden }: Omit<SplitJob, 'shown'>): string | null {
  const { places, characters } = HIDDEN_LIMITS;
  if (secrets.length > places)
    return (
      `has ${secrets.length} values that are hidden as secrets, and may have ${places}. ` +
      'Put them into fewer fields.'
    );
  if (lengthOf(secrets) + lengthOf(hidden) <= characters) return null;
  return (
    'has too long names of fields on the way to values that are hidden as secrets: more than ' +
    `${characters} characters in all.`
  );
}

function lengthOf(places: readonly { readonly path: Path; kinds?: readonly string[] }[]): number {
  const texts = (all: Path) => all.reduce<number>((sum, text) => sum + String(text).length, 0);
  return places.reduce((sum, { path, kinds = [] }) => sum + texts(path) + texts(kinds), 0);
}

function search(job: Json, named: readonly Path[]) {
  const found: Found = { secrets: [], hidden: [], texts: new Set() };
  const own = named
    .map((path) => ({ path, value: path.reduce<Json | undefined>(itemAt, job) ?? null }))
    .filter(({ value }) => value !== null && value !== '' && value !== HIDDEN);
  for (const { path, value } of own) {
    addTexts(value, found.texts);
    found.hidden.push({ path, kinds: [NAMED_BY_JOB] });
  }
  const rest = joinSecrets(
    job,
    own.map(({ path }) => ({ path, value: HIDDEN })),
  );
  const shown = hide(rest, [], 'field', false, found);
  // An outer secret is joined first: it holds HIDDEN where the job named a value inside it.
  return { ...found, shown, secrets: [...found.secrets, ...own] };
}

function hide(value: Json, path: Path, of: NamePlace, isSecret: boolean, found: Found): Json {
  if (value === null || value === '' || typeof value === 'boolean') return value;
  if (isSecret) {
    found.secrets.push({ path, value });
    if (value !== HIDDEN) found.hidden.push({ path, kinds: [BY_NAME] });
    addTexts(value, found.texts);
    return HIDDEN;
  }
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return hideText(value, path, found);
  if (isList(value))
    return value.map((item, index) =>
      hide(item, [...path, index], of, isNamed(value, index, of), found),
    );
  const entries = Object.entries(value);
  const isSecretItem = secretItemsOf(entries, of);
  return Object.fromEntries(
    entries.map(([name, item]) => {
      const inside = QUERY_FIELDS.has(name.toLowerCase()) ? 'query' : of;
      return [name, hide(item, [...path, name], inside, isSecretItem(name), found)];
    }),
  );
}

/** The secret fields of an object: those with a secret name, and the value of a pair with one. */
function secretItemsOf(entries: readonly (readonly [string, Json])[], of: NamePlace) {
  const names = entries.filter(([name]) => NAME_FIELDS.has(name.toLowerCase()));
  const isPair = names.length > 0 && entries.some(([name]) => VALUE_FIELDS.has(name.toLowerCase()));
  const isSecretPair =
    isPair && names.some(([, item]) => typeof item === 'string' && isSecretName(item, of));
  return (name: string) => {
    if (isPair && VALUE_FIELDS.has(name.toLowerCase())) return isSecretPair;
    return isSecretName(name, isPair ? 'field' : of);
  };
}

function hideText(text: string, path: Path, found: Found): string {
  const inside = JSON_TEXT.test(text) ? hideJsonText(text) : null;
  const { shown, parts, kinds } = inside ?? hideInText(text);
  if (shown === text) return text;
  found.secrets.push({ path, value: text });
  if (kinds.length > 0) found.hidden.push({ path, kinds });
  for (const part of parts) found.texts.add(part);
  return shown;
}

/** Null if the text is no JSON. Everything that is not hidden keeps its spelling. */
function hideJsonText(text: string): HiddenText | null {
  if (isDeep(text)) return null;
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { shown, secrets, hidden, texts } = search(value, []);
  if (secrets.length === 0) return { shown: text, parts: [], kinds: [] };
  const kinds =
    lengthOf(hidden) > MAX_JSON_KIND_LENGTH
      ? [`${hidden.length} values in JSON`]
      : hidden.map(({ path, kinds: of }) => `${of.join(', ')} in ${writePath(path)}`);
  return { shown: JSON.stringify(shown), parts: [...texts], kinds };
}

function isDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** `["X-Api-Key", …]`, also inside one flat list of names and values, or of a command. */
function isNamed(list: readonly Json[], index: number, of: NamePlace): boolean {
  const name = index > 0 ? list[index - 1] : null;
  if (typeof name !== 'string') return false;
  return (index % 2 === 1 || name.startsWith('-')) && isSecretName(name, of);
}

function addTexts(value: Json, texts: Set<string>): void {
  if (value === HIDDEN) return;
  if (typeof value === 'string' || typeof value === 'number') texts.add(String(value));
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) addTexts(item, texts);
}

/** HIDDEN stands for a value and for everything inside it. */
export function itemAt(value: Json | undefined, step: string | number): Json | undefined {
  if (value === HIDDEN) return HIDDEN;
  if (value === undefined || value === null || typeof value !== 'object') return undefined;
  if (isList(value)) return typeof step === 'number' ? value[step] : undefined;
  return Object.hasOwn(value, step) ? value[step] : undefined;
}

type Tree = { value?: Json; readonly items: Map<string, Tree> };

/**
 * Restores the job for the host that renders it. A secret inside another secret is put into the
 * value of the outer one.
 */
export function joinSecrets(shown: Json, secrets: readonly Secret[]): Json {
  const root: Tree = { items: new Map() };
  for (const { path, value } of secrets) {
    const tree = path.reduce<Tree>((at, step) => {
      const known: Tree = at.items.get(String(step)) ?? { items: new Map() };
      at.items.set(String(step), known);
      return known;
    }, root);
    tree.value = value;
  }
  return place(shown, root);
}

function place(shown: Json, { value = shown, items }: Tree): Json {
  if (items.size === 0 || value === null || typeof value !== 'object') return value;
  const item = (of: Json, name: string) => {
    const tree = items.get(name);
    return tree === undefined ? of : place(of, tree);
  };
  if (isList(value)) return value.map((of, index) => item(of, String(index)));
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, item(of, name)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
