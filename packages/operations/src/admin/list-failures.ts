import { MOST_COUNTED } from '@renderdeck/domain';
import {
  type FailureFilter,
  type FailureRow,
  inSnapshot,
  listFailures as listFailureRows,
  readClock,
} from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

export type { FailureFilter } from '@renderdeck/store';

/** How many of the failed jobs of a group have this host or this template. */
export type NamedCount = { readonly name: string; readonly count: number };
export type FailureGroup = {
  readonly reason: string;
  readonly count: number;
  readonly newest: FailureRow['newest'];
  /** The hosts, the most frequent first. */
  readonly hosts: readonly NamedCount[];
  /** The templates, the most frequent first. */
  readonly templates: readonly NamedCount[];
};
export type Failures = {
  /** The most frequent first; of two with one count, the newest first. */
  readonly groups: readonly FailureGroup[];
  readonly count: number;
  /** There may be more failed jobs: only the newest MOST_COUNTED were read. */
  readonly capped: boolean;
  readonly at: Date;
};
/** `nameTemplate`: what a template is called; null: it has no name that may be shown. */
type Wanted = FailureFilter & { nameTemplate(template: string): string | null };

/** The failed jobs that fit, by the reason of their failure, with their hosts and templates. */
export async function listFailures(
  context: DatabaseContext,
  { nameTemplate, ...filter }: Wanted,
): Promise<Failures> {
  const [at, rows] = await inSnapshot(context.db, (tx) =>
    Promise.all([readClock(tx), listFailureRows(tx, filter)]),
  );
  const byReason = new Map<string, FailureRow[]>();
  for (const row of rows) {
    const of = byReason.get(row.reason);
    if (of === undefined) byReason.set(row.reason, [row]);
    else of.push(row);
  }
  const groups = [...byReason].map(([reason, of]) => ({
    reason,
    count: sumOf(of),
    newest: of.map(({ newest }) => newest).reduce(newerOf),
    hosts: countNames(of, ({ host }) => host),
    templates: countNames(of, ({ template }) =>
      template === null ? null : nameTemplate(template),
    ),
  }));
  groups.sort((a, b) => b.count - a.count || b.newest.endedAt - a.newest.endedAt);
  const count = sumOf(rows);
  return { groups, count, capped: count >= MOST_COUNTED, at };
}

const sumOf = (rows: readonly { readonly count: number }[]) =>
  rows.reduce((sum, { count }) => sum + count, 0);

function newerOf(one: FailureRow['newest'], other: FailureRow['newest']): FailureRow['newest'] {
  return other.endedAt > one.endedAt ? other : one;
}

function countNames(
  rows: readonly FailureRow[],
  nameOf: (row: FailureRow) => string | null,
): readonly NamedCount[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const name = nameOf(row);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + row.count);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
