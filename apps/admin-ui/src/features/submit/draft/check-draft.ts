import {
  HIDDEN,
  type Json,
  type Problem,
  splitSecrets,
  submitJobInput,
} from '@renderdeck/contract';
import { type Draft, readSecretPaths } from './draft.ts';
import { nameOf, type Path, readJobText, valueAt } from './job-value.ts';

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
  const filled = hidden.filter((field) => holds(valueAt(job, pathOf(job, field)), HIDDEN));
  return [...new Set([...known.map(({ path }) => nameOf(path)), ...filled])];
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
export function checkDraft(draft: Draft): CheckedDraft {
  const read = readJobText(draft.text);
  if (!read.ok) return { input: null, issues: [{ field: 'json', message: read.why }] };
  const secrets = readSecretPaths(draft.secrets);
  const { data, error } = submitJobInput.safeParse({
    job: read.job,
    priority: /^\d+$/.test(draft.priority.trim()) ? Number(draft.priority) : Number.NaN,
    ...(draft.name.trim() === '' ? {} : { name: draft.name }),
    ...(secrets.length === 0 ? {} : { secrets }),
    idempotencyKey: draft.key,
  });
  const hidden = findHidden(read.job, draft.hidden).map((field) => ({
    field,
    message: 'This secret is hidden. Type it again.',
  }));
  const wrong = (error?.issues ?? []).map(({ path, message }) => ({
    field: fieldOf(path),
    message,
  }));
  const issues = [...wrong, ...hidden];
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
  if (typeof field === 'string') return [{ field: dotted(field), message: detail }];
  const named = Array.isArray(fields) ? fields.flatMap(readField) : [];
  return named.length > 0 ? named : [{ field: 'json', message: detail }];
}

function readField(value: unknown): Issue[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!('field' in value) || !('message' in value)) return [];
  return [{ field: dotted(String(value.field)), message: String(value.message) }];
}

/** `job.assets[0].src` and `assets.0.src` are one field. */
function dotted(field: string): string {
  return field.replace(/\[(\d+)\]/g, '.$1').replace(/^job\./, '');
}
