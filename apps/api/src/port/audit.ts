import { actionsOf, type ListAuditInput, mayReadWholeAudit } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { readAuditCursor, writeAuditCursor } from './page-cursor.ts';
import { wireAuditEntry, wireAuditHole, wireAuditProof } from './to-wire.ts';

/** The part of the port for the audit log. */
export function auditPort(db: Database): Pick<AdminPort, 'listAudit' | 'verifyAudit'> {
  return {
    async listAudit({ actor: reader }, input) {
      const { rows, next, holes } = await operations.listAudit({ db }, reader, queryOf(input));
      const [newest] = rows;
      return {
        entries: rows.map(wireAuditEntry),
        holes: holes.map(wireAuditHole),
        nextCursor: next === null ? null : writeAuditCursor(next),
        head: newest === undefined ? null : writeAuditCursor(newest),
        whole: mayReadWholeAudit(reader),
      };
    },

    async verifyAudit(_requestContext, { anchor, after }) {
      const part = { anchor: placeOf(anchor), after: placeOf(after) };
      return wireAuditProof(await operations.verifyAudit({ db }, part));
    },
  };
}

function queryOf(input: ListAuditInput): operations.AuditQuery {
  const { actor, action, did, outcome, result, jobId, q, entry, limit } = input;
  const kinds = did === undefined ? null : actionsOf(did);
  const chosen =
    action === undefined ? kinds : [action].filter((one) => kinds?.includes(one) ?? true);
  return {
    actor: actor ?? null,
    actions: chosen,
    outcome: outcome ?? null,
    result: result ?? null,
    jobId: jobId ?? null,
    text: q ?? null,
    entry: entry === undefined ? null : BigInt(entry),
    from: input.from === undefined ? null : new Date(input.from),
    to: input.to === undefined ? null : new Date(input.to),
    before: input.cursor === undefined ? null : readAuditCursor(input.cursor, 'cursor'),
    after: input.after === undefined ? null : readAuditCursor(input.after, 'after'),
    limit,
  };
}

/** Parses the place in the audit chain that an earlier verification returned. */
function placeOf(head: string | undefined): operations.Anchor | null {
  const [seq, hash = ''] = head?.split(':') ?? [];
  return seq === undefined ? null : { seq: BigInt(seq), hash };
}
