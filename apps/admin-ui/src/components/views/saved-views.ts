import { useMemo, useSyncExternalStore } from 'react';

/** A list of jobs under a name that the user chose: what the address of the queue page says. */
export type SavedView = {
  readonly name: string;
  readonly search: Readonly<Record<string, unknown>>;
};

/** More would not fit on the screen. */
export const MOST_VIEWS = 20;

const listeners = new Set<() => void>();
/** Each user of this browser has views of their own. */
const keyOf = (user: string) => `renderdeck-views-${user}`;

/** The saved views of a user, in the order of their names. They are kept in this browser. */
export function useSavedViews(user: string): readonly SavedView[] {
  const stored = useSyncExternalStore(subscribe, () => window.localStorage.getItem(keyOf(user)));
  return useMemo(() => readViews(stored), [stored]);
}

/** Saves a view; a view with the same name is replaced. */
export function saveView(user: string, view: SavedView): void {
  write(user, (views) => [...views.filter(({ name }) => name !== view.name), view]);
}

export function removeView(user: string, name: string): void {
  write(user, (views) => views.filter((view) => view.name !== name));
}

function write(user: string, change: (views: readonly SavedView[]) => readonly SavedView[]): void {
  const views = [...change(readViews(window.localStorage.getItem(keyOf(user))))];
  views.sort((a, b) => a.name.localeCompare(b.name));
  window.localStorage.setItem(keyOf(user), JSON.stringify(views));
  for (const listener of listeners) listener();
}

/** Leaves out what is no view: another version of the page may have written it. */
function readViews(stored: string | null): readonly SavedView[] {
  try {
    const views: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(views) ? views.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is SavedView {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'search' in value &&
    typeof value.search === 'object' &&
    value.search !== null
  );
}

/** Another window of the browser may change the views too. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}
