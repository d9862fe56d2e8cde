/* Watches the output folder: which file each output was, one after the other. */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

export type Publication = { readonly inode: number; readonly at: number };
export type Publications = ReturnType<typeof watchPublications>;

/** Looks at each output at the moment when it gets its name. */
export function watchPublications(folder: string) {
  const seen = new Map<string, Publication[]>();
  const waiting = new Map<string, () => void>();
  const look = (name: string) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    const before = seen.get(name) ?? [];
    if (found === undefined || before.at(-1)?.inode === found.ino) return;
    seen.set(name, [...before, { inode: found.ino, at: performance.now() }]);
  };
  const watcher: FSWatcher = watch(folder).on('change', (_, changed) => {
    const name = String(changed);
    if (name.endsWith('.part')) return;
    const act = waiting.get(name);
    waiting.delete(name);
    act?.();
    look(name);
  });
  return {
    /** Calls `act` at once when a file gets this name. Returns a function that ends this. */
    atRename(name: string, act: () => void): () => void {
      waiting.set(name, act);
      return () => void waiting.delete(name);
    },
    /** What was seen under each name, in order. */
    seen,
    parts: () => readdirSync(folder).filter((name) => name.endsWith('.part')),
    close: () => watcher.close(),
  };
}
