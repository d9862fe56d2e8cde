import { visibleLine } from '@renderdeck/contract';

/** The lines of a table; the line `none` when there is no row. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  none: string,
): string[] {
  if (rows.length === 0) return [none];
  const cells = [head, ...rows].map((row) => row.map(visibleLine));
  const widths = head.map((_, column) =>
    Math.max(...cells.map((row) => [...(row[column] ?? '')].length)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
}

/** A time for people, in UTC; a dash when there is none. */
export function shortTime(at: string | null): string {
  return at === null ? '-' : `${at.slice(0, 10)} ${at.slice(11, 19)}Z`;
}

/** A duration for people. */
export function shortMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
