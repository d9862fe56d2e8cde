import { type Actor, accountOf, mayReadWholeAudit } from '@renderdeck/domain';
import {
  type AuditFilter,
  type AuditHole,
  type AuditPlace,
  type AuditRow,
  findAuditHoles,
  listAuditRows,
} from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

export type AuditQuery = Omit<AuditFilter, 'actor'> & {
  readonly actor: string | null;
  readonly limit: number;
};
export type AuditPage = {
  readonly rows: readonly AuditRow[];
  /** The place before which the next page starts; null on the last page. */
  readonly next: AuditPlace | null;
  /** The times within this page in which no line could be written, newest first. */
  readonly holes: readonly AuditHole[];
};

const MAX_HOLES = 100;

/**
 * Returns a page of the audit log, newest line first. A reader who may not read the whole log gets
 * only the lines of the reader's own actions.
 */
export async function listAudit(
  { db }: DatabaseContext,
  reader: Actor,
  { limit, actor, ...query }: AuditQuery,
): Promise<AuditPage> {
  const { name, kind } = reader;
  const own = mayReadWholeAudit(reader) ? null : { name, kind, id: accountOf(reader)?.id ?? null };
  if (own !== null && actor !== null && actor !== own.name) return NOTHING;
  const named = actor === null ? null : { name: actor, kind: null, id: null };
  const filter: AuditFilter = { ...query, actor: own ?? named };
  // One more than the limit is read, to know whether a next page follows.
  const found = await listAuditRows(db, filter, limit + 1);
  const rows = found.slice(0, limit);
  const next = found.length > limit ? (rows.at(-1) ?? null) : null;
  return { rows, next, holes: await holesOf(db, filter, next) };
}

const NOTHING: AuditPage = { rows: [], next: null, holes: [] };

async function holesOf(
  db: DatabaseContext['db'],
  { jobId, entry, from, to, before, after }: AuditFilter,
  next: AuditPlace | null,
): Promise<readonly AuditHole[]> {
  if (jobId !== null || entry !== null || after !== null) return [];
  const [since, until] = [next?.at ?? from, before?.at ?? to];
  const holes = await findAuditHoles(db, { from: since, to: until }, MAX_HOLES);
  // A hole that ends on another page belongs to that page.
  return holes.filter(
    (hole) => (since === null || hole.to > since) && (until === null || hole.to <= until),
  );
}
