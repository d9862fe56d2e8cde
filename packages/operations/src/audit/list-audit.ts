import { type AuditFilter, type AuditRow, listAuditRows } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

export type AuditQuery = AuditFilter & { readonly limit: number };
export type AuditPage = {
  readonly rows: readonly AuditRow[];
  /** The id before which the next page starts; null on the last page. */
  readonly next: bigint | null;
};

/** Returns a page of the audit log, the newest line first. */
export async function listAudit(context: DatabaseContext, query: AuditQuery): Promise<AuditPage> {
  const { limit, ...filter } = query;
  // Read one more than the limit, to know whether there is a next page.
  const rows = await listAuditRows(context.db, filter, limit + 1);
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
