import { useSyncExternalStore } from 'react';

const STORED = 'renderdeck-single-keys';
const OFF = 'off';
const listeners = new Set<() => void>();

/** Whether shortcuts of single letters work; the user can turn them off, in this browser. */
export function singleKeysAreOn(): boolean {
  return window.localStorage.getItem(STORED) !== OFF;
}

export function turnSingleKeys(on: boolean): void {
  if (on) window.localStorage.removeItem(STORED);
  else window.localStorage.setItem(STORED, OFF);
  for (const listener of listeners) listener();
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, singleKeysAreOn);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
