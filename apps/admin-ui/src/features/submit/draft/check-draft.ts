import { submitJobInput } from '@renderdeck/contract';
import { type Draft, readSecretPaths } from './draft.ts';
import { findHidden } from './find-hidden.ts';
import { readJobText } from './job-value.ts';

/** What is wrong with one field of the draft; `json` is the whole text. */
export type Issue = { readonly field: string; readonly message: string };

export type CheckedDraft = {
  readonly issues: readonly Issue[];
  /** What to send; null where something is wrong. */
  readonly input: ReturnType<typeof submitJobInput.parse> | null;
};

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

/** The field of a path of the contract's input, where the nexrender job is `job`. */
function fieldOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  if (first !== 'job') return first ?? 'json';
  return rest.length === 0 ? 'json' : rest.join('.');
}
