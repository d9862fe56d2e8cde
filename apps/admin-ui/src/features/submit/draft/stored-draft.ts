import { type Draft, hideDraft } from './draft.ts';
import { nameOf, readJobText, writeJobText } from './job-value.ts';

export type StoredDraft = Draft & { readonly savedAt: number };

/** Each user has a draft of its own, and so has each job that a draft was filled from. */
export function draftPlace(user: string, from: string | null): string {
  return `renderdeck draft ${user} ${from ?? ''}`;
}

/** The draft that this tab kept; null if it kept none. */
export function readStoredDraft(place: string): StoredDraft | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(place) ?? 'null');
    return isStoredDraft(value) ? value : null;
  } catch {
    return null;
  }
}

function isStoredDraft(value: unknown): value is StoredDraft {
  if (typeof value !== 'object' || value === null) return false;
  const types = Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, typeof field]),
  );
  return (
    ['key', 'name', 'priority', 'text', 'secrets'].every((name) => types[name] === 'string') &&
    types.sent === 'boolean' &&
    ['hidden', 'typed'].every((name) => Array.isArray(Reflect.get(value, name))) &&
    types.savedAt === 'number'
  );
}

/**
 * Keeps the draft for a reload of this tab, with its secrets hidden, so that nobody finds them in
 * the browser. A text that is not JSON may contain a secret anywhere, so it is not kept.
 */
export function storeDraft(place: string, draft: Draft, nowMs: number): void {
  const read = readJobText(draft.text);
  if (!read.ok) return;
  const { shown, hidden } = hideDraft(read.job, draft.secrets);
  const text = writeJobText(shown);
  const typed = new Set([...draft.typed, ...hidden.map(({ path }) => nameOf(path))]);
  try {
    const stored: StoredDraft = { ...draft, text, typed: [...typed], savedAt: nowMs };
    sessionStorage.setItem(place, JSON.stringify(stored));
  } catch {
    // A full or forbidden storage keeps no draft.
  }
}

export function dropStoredDraft(place: string): void {
  try {
    sessionStorage.removeItem(place);
  } catch {
    // There is nothing to drop.
  }
}
