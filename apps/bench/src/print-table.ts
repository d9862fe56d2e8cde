import type { Finding } from './finding.ts';

const HEAD = ['what', 'n', 'p50', 'p99', 'ratio', 'target', ''];

/** Formats the findings as a table with aligned columns. */
export function printTable(findings: readonly Finding[]): string {
  const rows = [HEAD, ...findings.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf({ what, samples, p50, p99, ratio, target, met }: Finding): string[] {
  const verdict = met ? 'met' : 'not met';
  return [what, String(samples), p50, p99, ratio, target, met === null ? '' : verdict];
}
