import {
  HIDDEN,
  type HiddenPlace,
  type Json,
  keepSecrets,
  type Problem,
  splitSecrets,
  submitJobInput,
} from '@renderdeck/contract';
import { type Draft, readSecretPaths } from './draft.ts';
import { inWords } from './field-words.ts';
import { nameOf, type Path, readJobText, valueAt } from './job-value.ts';

/** The job that a draft is an edited copy of. Its secrets stay where the copy is as it was. */
export type Source = {
  readonly id: string;
  readonly shown: Json;
  readonly hidden: readonly HiddenPlace[];
  readonly areDeleted: boolean;
};

/** What is wrong with one field of the draft; `json` is the whole text. */
export type Issue = { readonly field: string; readonly message: string };

export type CheckedDraft = {
  readonly issues: readonly Issue[];
  /** What to send; null if something is wrong. */
  readonly input: ReturnType<typeof submitJobInput.parse> | null;
};

/** A text that counts as a secret in any field for secrets, and that no real job has. */
const STAND_IN = 'H1dd3n-by-Renderdeck';

/**
 * The fields that hold HIDDEN in place of a secret: a job cannot be rendered with that. `hidden`
 * are the fields that were hidden when the job was filled in. In any other field HIDDEN is a text.
 */
function findHidden(job: Json, hidden: readonly string[]): readonly string[] {
  const probe: Json = JSON.parse(JSON.stringify(job).replaceAll(HIDDEN, STAND_IN));
  const known = splitSecrets(probe).secrets.filter(({ value }) => holds(value, STAND_IN));
  return [...known.map(({ path }) => nameOf(path)), ...stillHidden(job, hidden)];
}

/** Those of these fields that hold HIDDEN now. */
function stillHidden(job: Json, fields: readonly string[]): readonly string[] {
  return fields.filter((field) => holds(valueAt(job, pathOf(job, field)), HIDDEN));
}

const AGAIN = 'This secret is hidden. Type it again.';
const CHANGED =
  'This secret is hidden, and its part of the job was changed. Type it again, or undo the change.';

/** What is wrong with the secrets of the job: those that are hidden and that nobody would get. */
function checkSecrets(job: Json, draft: Draft, source: Source | null): readonly Issue[] {
  const typed = stillHidden(job, draft.typed);
  const others =
    source === null
      ? findHidden(job, draft.hidden)
      : keepSecrets(source, job).lost.map((path) => nameOf(path));
  const message = source === null || source.areDeleted ? AGAIN : CHANGED;
  return [
    ...[...new Set(typed)].map((field) => ({ field, message: AGAIN })),
    ...[...new Set(others)]
      .filter((field) => !typed.includes(field))
      .map((field) => ({ field, message })),
  ];
}

function holds(value: Json | undefined, text: string): boolean {
  return value !== undefined && JSON.stringify(value).includes(text);
}

/** The path that `nameOf` wrote: a number is an index if the job has a list there. */
function pathOf(job: Json, field: string): Path {
  const path: (string | number)[] = [];
  for (const step of field.split('.'))
    path.push(Array.isArray(valueAt(job, path)) ? Number(step) : step);
  return path;
}

/** Checks a draft by the rules of the contract, before the server checks it by its own. */
export function checkDraft(draft: Draft, source: Source | null = null): CheckedDraft {
  const read = readJobText(draft.text);
  if (!read.ok) return { input: null, issues: [{ field: 'json', message: read.why }] };
  const secrets = readSecretPaths(draft.secrets);
  const { data, error } = submitJobInput.safeParse({
    job: read.job,
    priority: /^\d+$/.test(draft.priority.trim()) ? Number(draft.priority) : Number.NaN,
    ...(draft.name.trim() === '' ? {} : { name: draft.name }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(source === null ? {} : { rerunOf: source.id }),
    idempotencyKey: draft.key,
  });
  const wrong = (error?.issues ?? []).map(({ path, message }) => ({
    field: fieldOf(path),
    message: inWords(message),
  }));
  const issues = [...wrong, ...checkSecrets(read.job, draft, source)];
  return { issues, input: issues.length === 0 && data !== undefined ? data : null };
}

/** The field for a path in the input of the contract, in which `job` is the nexrender job. */
function fieldOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  if (first !== 'job') return first ?? 'json';
  return rest.length === 0 ? 'json' : rest.join('.');
}

/** What the server found wrong, each at its field. Without a field: its whole message. */
export function serverIssues({ code, detail, facts }: Problem): readonly Issue[] {
  if (code === 'priority_too_high') return [{ field: 'priority', message: detail }];
  const { field, fields } = facts;
  const named = Array.isArray(fields) ? fields.flatMap(readField) : [];
  if (named.length > 0) return named;
  if (typeof field === 'string') return [{ field: dotted(field), message: inWords(detail) }];
  return [{ field: 'json', message: detail }];
}

function readField(value: unknown): Issue[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!('field' in value) || !('message' in value)) return [];
  return [{ field: dotted(String(value.field)), message: inWords(String(value.message)) }];
}

/** `job.assets[0].src` and `assets.0.src` are one field. */
function dotted(field: string): string {
  return field.replace(/\[(\d+)\]/g, '.$1').replace(/^job\./, '');
}
