import type { GetMeasuresOutput } from '@renderdeck/contract';
import type { Times } from '../../../components/chart/plot-options.ts';
import { formatShortDuration } from '../../../components/time/format-time.ts';

const HOUR_MS = 3_600_000;
const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY_HOUR = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** The steps of a list that begins where the measures begin. */
export function timesOf({ from, to }: GetMeasuresOutput, stepMs: number): Times {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const count = Math.round((end - start) / stepMs);
  return { starts: Array.from({ length: count }, (_, index) => start + index * stepMs), end };
}

/** "14:00 to 15:00"; with the day if a step is longer than an hour: "26 Nov 14:00". */
export function stepName({ starts, end }: Times, index: number): string {
  const start = starts[index] ?? end;
  const next = starts[index + 1] ?? end;
  if (next - start > HOUR_MS) return dayHour(start);
  return `${HOUR.format(start)} to ${HOUR.format(next)}`;
}

/** "26 Nov 14:00". */
export function dayHour(ms: number): string {
  return DAY_HOUR.format(ms).replace(',', '');
}

/** Rows of a table, each named by the start of its step. */
export function rowsOf<Step>(
  { starts, end }: Times,
  steps: readonly Step[],
  cellsOf: (step: Step) => readonly string[],
): string[][] {
  return steps.map((step, index) => [dayHour(starts[index] ?? end), ...cellsOf(step)]);
}

export const NONE = 'none';

export function duration(ms: number | null): string {
  return ms === null ? NONE : formatShortDuration(ms);
}
