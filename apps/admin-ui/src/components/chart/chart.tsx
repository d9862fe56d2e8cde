import { visibleText } from '@renderdeck/contract';
import { type KeyboardEvent, useCallback, useState } from 'react';
import styles from './chart.module.css';
import { Plot } from './plot.tsx';
import type { Times } from './plot-options.ts';
import type { PlotSpec } from './plot-spec.ts';

/** How far each key moves the cursor over `last + 1` steps. */
const MOVES: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowLeft: (index) => index - 1,
  ArrowRight: (index) => index + 1,
  PageDown: (index) => index - 10,
  PageUp: (index) => index + 10,
  Home: () => 0,
  End: (_, last) => last,
};

/**
 * Plots over one time, with one cursor for all of them: the mouse or the arrow keys move it, and
 * the line above each plot and a screen reader read what is there.
 */
export function Chart({
  name,
  times,
  plots,
  captionOf,
  readAt,
  isWide = false,
}: {
  readonly name: string;
  readonly times: Times;
  readonly plots: readonly PlotSpec[];
  /** The line above a plot: at a step, or without the cursor. */
  readonly captionOf: (plot: number, index: number | null) => string;
  /** All that the plots show at a step, as a sentence. */
  readonly readAt: (index: number) => string;
  /** The plots stand beside each other where there is room. */
  readonly isWide?: boolean;
}) {
  const [chosen, setIndex] = useState<number | null>(null);
  const last = times.starts.length - 1;
  const index = chosen === null ? null : Math.min(chosen, last);
  const onMove = useCallback((next: number | null) => setIndex(next), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return setIndex(null);
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    setIndex(Math.max(0, Math.min(last, move(index ?? last + 1, last))));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={visibleText(name)}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={index ?? last}
      aria-valuetext={visibleText(readAt(index ?? last))}
      className={isWide ? styles.wide : styles.chart}
      onKeyDown={onKeyDown}
      onBlur={() => setIndex(null)}
    >
      {plots.map((spec, at) => (
        <div key={spec.title} className={styles.one}>
          <div className={styles.caption}>{visibleText(captionOf(at, index))}</div>
          <Plot spec={spec} times={times} index={index} onMove={onMove} />
        </div>
      ))}
    </div>
  );
}
