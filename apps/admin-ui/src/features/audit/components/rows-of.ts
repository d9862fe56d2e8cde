import type { ListAuditOutput, WireAuditEntry, WireAuditHole } from '@renderdeck/contract';

export type AuditRow =
  | { readonly key: string; readonly entry: WireAuditEntry }
  | { readonly key: string; readonly hole: WireAuditHole };

/** Lines and holes in one list, the newest first. */
export function rowsOf(pages: readonly Pick<ListAuditOutput, 'entries' | 'holes'>[]): AuditRow[] {
  return pages.flatMap(({ entries, holes }) => {
    const rows: AuditRow[] = [];
    let next = 0;
    for (const entry of entries) {
      for (let hole = holes[next]; hole !== undefined && hole.to >= entry.at; hole = holes[next]) {
        rows.push({ key: `hole ${hole.from}`, hole });
        next += 1;
      }
      rows.push({ key: entry.id, entry });
    }
    return [...rows, ...holes.slice(next).map((hole) => ({ key: `hole ${hole.from}`, hole }))];
  });
}

/** "No entries 02:10:11 – 02:12:40. Server was down." */
export function describeHole({ why }: WireAuditHole): string {
  return why === 'down' ? 'Server was down.' : 'No server reported.';
}
