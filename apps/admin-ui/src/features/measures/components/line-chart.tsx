import { Box } from '@mantine/core';
import { visibleText } from '@renderdeck/contract';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

export type Line = { readonly label: string; readonly values: readonly (number | null)[] };

const HEIGHT = 200;
const TOP = 20;
const BOTTOM = 24;
const LABELS = 92;
const LABEL_HEIGHT = 15;
/** Lines differ by their dash and by the label at their end, not by colour alone. */
const COLOURS = [
  'var(--rd-finished)',
  'var(--rd-failed)',
  'var(--rd-stopped)',
  'var(--rd-unproven)',
  'var(--rd-queued)',
];
const DASHES = ['none', '8 4', '2 3', '10 3 2 3', '5 2'];

/**
 * Lines over the steps of a range. The table below it has the same numbers, so screen readers read
 * only the name. The drawing is as wide as its box, so its text is 12 px at any width.
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
    <Box ref={box} mih={HEIGHT}>
      <svg
        role="img"
        aria-label={visibleText(name)}
        width={width}
        height={HEIGHT}
        fontSize={12}
        style={{ display: 'block', maxWidth: '100%' }}
      >
        <line x1={0} x2={right} y1={bottom} y2={bottom} stroke="var(--rd-line)" />
        <line x1={0} x2={right} y1={TOP} y2={TOP} stroke="var(--rd-line)" />
        <text x={0} y={TOP - 6} fill="var(--rd-dimmed)">
          {format(most)}
        </text>
        <text x={0} y={HEIGHT - 6} fill="var(--rd-dimmed)">
          {from}
        </text>
        <text x={right} y={HEIGHT - 6} textAnchor="end" fill="var(--rd-dimmed)">
          {to}
        </text>
        {lines.map(({ label, values }, index) => (
          <g key={label} color={COLOURS[index]}>
            <path
              d={pathOf(values, right, placeOf)}
              fill="none"
              stroke="currentcolor"
              strokeWidth={2}
              strokeDasharray={DASHES[index]}
            />
            <text x={right + 6} y={(labels[index] ?? bottom) + 4} fill="currentcolor">
              {label}
            </text>
          </g>
        ))}
      </svg>
    </Box>
  );
}

/** A step without a value leaves a gap. A step between two gaps is a short line. */
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
