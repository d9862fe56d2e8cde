import { useEffect, useRef } from 'react';
import type { GlobalShortcut } from './shortcut-list.ts';

type Run = () => void;
const running = new Map<GlobalShortcut, Run[]>();

/** Says what a shortcut does while the component is shown; null: nothing. The last one counts. */
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
