import { useEffect, useRef, useSyncExternalStore } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './chart.module.css';
import { readColours } from './chart-colours.ts';
import { dataOf, optionsOf, placeOf, type Times } from './plot-options.ts';
import type { PlotSpec } from './plot-spec.ts';

type Props = {
  readonly spec: PlotSpec;
  readonly times: Times;
  /** The step under the cursor of the whole chart. */
  readonly index: number | null;
  readonly onMove: (index: number | null) => void;
};

/** One drawing. It is built anew when its values or the theme change, and follows its width. */
export function Plot({ spec, times, index, onMove }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot | null>(null);
  const scheme = useScheme();
  // `scheme`: the colours are read when it changes.
  useEffect(() => {
    const { current } = box;
    if (current === null || !canDraw()) return;
    const size = { width: Math.max(1, current.clientWidth), height: spec.height };
    const options = optionsOf(spec, times, readColours(), size, { onMove });
    const plot = new uPlot(options, dataOf(spec, times), current);
    drawn.current = plot;
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: Math.max(1, current.clientWidth), height: spec.height });
    });
    observer.observe(current);
    return () => {
      observer.disconnect();
      plot.destroy();
      drawn.current = null;
    };
  }, [spec, times, onMove, scheme]);
  useEffect(() => {
    const plot = drawn.current;
    if (plot === null) return;
    const left = index === null ? -10 : placeOf(plot, times, index, spec.kind !== 'lines');
    plot.setCursor({ left, top: index === null ? -10 : 0 }, false);
  }, [index, spec, times]);
  return <div ref={box} className={styles.plot} style={{ height: spec.height }} />;
}

/** Without a canvas the readout and the table still have every value. */
function canDraw(): boolean {
  return 'CanvasRenderingContext2D' in window;
}

const FORCED = '(forced-colors: active)';

/** Changes with the theme, after the page has its colours. */
function useScheme(): string {
  return useSyncExternalStore(
    (onChange) => {
      const observer = new MutationObserver(onChange);
      const attributeFilter = ['data-mantine-color-scheme'];
      observer.observe(document.documentElement, { attributes: true, attributeFilter });
      const forced = window.matchMedia(FORCED);
      forced.addEventListener('change', onChange);
      return () => {
        observer.disconnect();
        forced.removeEventListener('change', onChange);
      };
    },
    () => {
      const scheme = document.documentElement.getAttribute('data-mantine-color-scheme');
      return `${scheme} ${window.matchMedia(FORCED).matches}`;
    },
  );
}
