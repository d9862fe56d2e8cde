import { visibleText } from '@renderdeck/contract';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import styles from './measures.module.css';

export type Line = { readonly label: string; readonly values: readonly (number | null)[] };

const HEIGHT = 200;
const TOP = 20;
const BOTTOM = 24;
const LABELS = 92;
const LABEL_HEIGHT = 15;
/** Lines differ by their dash and by the label at their end, not by colour alone. */
const DASHES = ['none', '8 4', '2 3', '10 3 2 3', '5 2'];

/**
 * Lines over the steps of a range. The table beside it has the same numbers, so readers get the
 * name alone. It is 12 px text at any width: the drawing is as wide as its place.
 */
export function LineChart({
  name,
  lines,
  format,
  from,
  to,
}: {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  readonly from: string;
  readonly to: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box, 560);
  const most = Math.max(1, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const right = Math.max(40, width - LABELS);
  const bottom = HEIGHT - BOTTOM;
  const placeOf = (value: number) => bottom - (value / most) * (bottom - TOP);
  const labels = placeLabels(lines.map(({ values }) => placeOf(lastOf(values))));
  return (
    <div ref={box} className={styles.chart}>
      <svg
        role="img"
        aria-label={visibleText(name)}
        width={width}
        height={HEIGHT}
        className={styles.drawing}
      >
        <line x1={0} x2={right} y1={bottom} y2={bottom} className={styles.axis} />
        <line x1={0} x2={right} y1={TOP} y2={TOP} className={styles.axis} />
        <text x={0} y={TOP - 6} className={styles.note}>
          {format(most)}
        </text>
        <text x={0} y={HEIGHT - 6} className={styles.note}>
          {from}
        </text>
        <text x={right} y={HEIGHT - 6} textAnchor="end" className={styles.note}>
          {to}
        </text>
        {lines.map(({ label, values }, index) => (
          <g key={label} className={styles[`line${index}`]}>
            <path d={pathOf(values, right, placeOf)} strokeDasharray={DASHES[index]} />
            <text x={right + 6} y={(labels[index] ?? bottom) + 4}>
              {label}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

/** Steps without a value leave a hole; a step alone is a short line. */
function pathOf(
  values: readonly (number | null)[],
  right: number,
  placeOf: (value: number) => number,
): string {
  const step = right / Math.max(1, values.length);
  return values
    .map((value, index) => {
      if (value === null) return '';
      const y = placeOf(value).toFixed(1);
      const start = (index * step).toFixed(1);
      const joins = index > 0 && values[index - 1] !== null;
      return `${joins ? 'L' : 'M'}${start} ${y}H${((index + 1) * step).toFixed(1)}`;
    })
    .join('');
}

function lastOf(values: readonly (number | null)[]): number {
  return values.findLast((value) => value !== null) ?? 0;
}

/** Moves labels apart, so that none covers another. */
function placeLabels(wanted: readonly number[]): number[] {
  const placed = [...wanted];
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[b] ?? 0) - (wanted[a] ?? 0));
  let lowest = HEIGHT - 10;
  for (const index of order) {
    placed[index] = Math.min(wanted[index] ?? 0, lowest);
    lowest = (placed[index] ?? 0) - LABEL_HEIGHT;
  }
  return placed;
}

/** The width of an element in pixels, or `first` until it is measured. */
function useWidth(element: RefObject<Element | null>, first: number): number {
  const [width, setWidth] = useState(first);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      const measured = Math.floor(entry?.contentRect.width ?? 0);
      if (measured > 0) setWidth(measured);
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
