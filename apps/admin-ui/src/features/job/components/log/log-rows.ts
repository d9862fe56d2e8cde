/** Rows of one height that show lines: a long line takes several rows if lines are wrapped. */
export type LogRows = {
  readonly rows: readonly string[];
  readonly lineOf: (row: number) => number;
};

/** `columns`: characters of a row; null if lines are not wrapped. */
export function logRows(lines: readonly string[], columns: number | null): LogRows {
  if (columns === null) return { rows: lines, lineOf: (row) => row };
  const rows: string[] = [];
  const owners: number[] = [];
  for (const [index, line] of lines.entries())
    for (let from = 0; from === 0 || from < line.length; from += columns) {
      rows.push(line.slice(from, from + columns));
      owners.push(index);
    }
  return { rows, lineOf: (row) => owners[row] ?? 0 };
}
