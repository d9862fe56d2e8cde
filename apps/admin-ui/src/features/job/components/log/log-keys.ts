import type { KeyboardEvent } from 'react';
import { singleKeysAreOn } from '../../../../components/shortcuts/use-shortcut.ts';

type Acts = {
  readonly follow: () => void;
  readonly wrap: () => void;
  readonly step: (by: 1 | -1) => void;
  readonly search: HTMLInputElement | null;
};

/** The keys of the log: F, W, N, Shift+N and /, and Enter in the search field. */
export function logKeys({ follow, wrap, step, search }: Acts) {
  return (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target === search) {
      if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
      return;
    }
    if (event.target instanceof HTMLSelectElement || !singleKeysAreOn()) return;
    const acts: Readonly<Record<string, () => void>> = {
      f: follow,
      w: wrap,
      n: () => step(1),
      N: () => step(-1),
      '/': () => search?.focus(),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}
