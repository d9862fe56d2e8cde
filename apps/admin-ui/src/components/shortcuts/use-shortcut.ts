import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { GLOBAL_SHORTCUTS, type GlobalShortcut } from './shortcut-list.ts';

type Run = () => void;
const running = new Map<GlobalShortcut, Run[]>();

/**
 * Sets what a shortcut does while the component is shown; with null it does nothing. The component
 * that was added last decides.
 */
export function useShortcut(shortcut: GlobalShortcut, run: Run | null): void {
  const latest = useRef(run);
  latest.current = run;
  const works = run !== null;
  useEffect(() => {
    if (!works) return;
    const call = () => latest.current?.();
    running.set(shortcut, [...(running.get(shortcut) ?? []), call]);
    return () => {
      running.set(
        shortcut,
        (running.get(shortcut) ?? []).filter((other) => other !== call),
      );
    };
  }, [shortcut, works]);
}

/** What a shortcut does now; undefined: nothing. */
export function actionOf(shortcut: GlobalShortcut): Run | undefined {
  return running.get(shortcut)?.at(-1);
}

const SECOND_KEY_WITHIN_MS = 1_500;
const TYPING = 'input, textarea, select, [contenteditable="true"], [role="spinbutton"]';
/** A dialog or a menu has keys of its own, and Esc closes the top one only. */
const LAYER = '[aria-modal="true"], [role="menu"]';

/**
 * Runs the shortcuts that work anywhere. Single letters never work in a text field, with Ctrl, Alt
 * or Meta, over a dialog or a menu, or if the user turned them off. Ctrl or ⌘ with K works in a
 * text field too. Use it once.
 */
export function useShortcutKeys(): void {
  useEffect(() => {
    let goSince: number | null = null;

    /**
     * Runs before the list sees the key: after G, the key M opens the page Measures, not a menu.
     */
    function onCapture(event: KeyboardEvent): void {
      const since = goSince;
      goSince = null;
      if (since === null || event.timeStamp - since > SECOND_KEY_WITHIN_MS) return;
      if (isSingle(event)) run(event, shortcutOf('G', letterOf(event)));
    }
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || document.querySelector(LAYER) !== null) return;
      const letter = letterOf(event);
      if (letter === 'K' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey)
        run(event, 'commands');
      else if (!isSingle(event)) return;
      else if (letter === 'G') goSince = event.timeStamp;
      else run(event, shortcutOf(letter));
    }
    window.addEventListener('keydown', onCapture, { capture: true });
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onCapture, { capture: true });
      window.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}

function run(event: KeyboardEvent, shortcut: GlobalShortcut | undefined): void {
  const action = shortcut === undefined ? undefined : actionOf(shortcut);
  if (action === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

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

function isSingle(event: KeyboardEvent): boolean {
  const { ctrlKey, altKey, metaKey, isComposing, target } = event;
  if (ctrlKey || altKey || metaKey || isComposing || !singleKeysAreOn()) return false;
  return !(target instanceof Element && target.closest(TYPING) !== null);
}

function letterOf({ key }: KeyboardEvent): string {
  return key.length === 1 ? key.toUpperCase() : key;
}

function shortcutOf(...pressed: readonly string[]): GlobalShortcut | undefined {
  return SHORTCUTS.find((name) => GLOBAL_SHORTCUTS[name].keys.join() === pressed.join());
}

const SHORTCUTS: readonly GlobalShortcut[] = [
  ...(['sheet', 'filter', 'queue', 'hosts', 'audit', 'measures', 'submit'] as const),
];

/**
 * While a requested dialog is still opening, keys do nothing on the page below: they are meant for
 * the dialog.
 */
export function useKeysWait(isAsked: boolean): void {
  useLayoutEffect(() => {
    if (!isAsked) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (document.querySelector('[aria-modal="true"]') !== null) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [isAsked]);
}
