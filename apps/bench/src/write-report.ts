import { readFile, writeFile } from 'node:fs/promises';
import type { Entry } from './entries.ts';
import type { Finding } from './finding.ts';

const FILE = new URL('../../../docs/benchmarks.md', import.meta.url);
const HEAD = `# Benchmarks

Written by \`npx -y pnpm@10.34.9 bench\`; do not edit it by hand. \`bench NAME\` measures one
section again and changes no other section. \`bench --quick\` takes three minutes and only prints.

All queues are on one PostgreSQL, each in its own database. They take turns in every round, in
changing order, so the load of the machine is the same for all. **Compare the ratios, not the
times**: the times depend on this machine at that minute. \`p50\` is the median. Whether a target is
met depends on the numbers of that run. A target that is not met stays in the table.`;

export type Section = {
  readonly entry: Pick<Entry, 'name' | 'about'>;
  readonly findings: readonly Finding[];
  /** When it was measured, on which machine, and with which versions and settings. */
  readonly measured: string;
};

/** Writes these sections to docs/benchmarks.md. The sections of other entries stay. */
export async function writeReport(
  sections: readonly Section[],
  order: readonly string[],
  file: URL = FILE,
): Promise<void> {
  const known = sectionsOf(await readFile(file, 'utf8').catch(() => ''));
  for (const section of sections) known.set(section.entry.name, textOf(section));
  const texts = order.flatMap((name) => known.get(name) ?? []);
  await writeFile(file, `${[HEAD, ...texts].join('\n\n')}\n`);
}

function sectionsOf(text: string): Map<string, string> {
  const [, ...sections] = text.trim().split(/^## /m);
  return new Map(
    sections.map((section) => [section.split('\n')[0] ?? '', `## ${section.trim()}`] as const),
  );
}

function textOf({ entry, findings, measured }: Section): string {
  const rows = findings.map(({ what, samples, p50, p99, ratio, target, met }) => {
    const verdict = met === null ? '' : met ? 'met' : '**not met**';
    return `| ${[what, samples, p50, p99, ratio, target, verdict].join(' | ')} |`;
  });
  return [
    `## ${entry.name}`,
    '',
    entry.about,
    '',
    '| what | n | p50 | p99 | ratio | target | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    measured,
  ].join('\n');
}

const COLUMNS = ['what', 'n', 'p50', 'p99', 'ratio', 'target', ''];

/** Formats the findings as a table with aligned columns. */
export function printTable(findings: readonly Finding[]): string {
  const rows = [COLUMNS, ...findings.map(cellsOf)];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
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
