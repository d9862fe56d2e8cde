import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { readAuditCursor } from './page-cursor.ts';
import { wireAuditEntry, wireAuditProof } from './to-wire.ts';

/** The part of the port that is about the audit log. */
export function auditPort(db: Database): Pick<AdminPort, 'listAudit' | 'verifyAudit'> {
  return {
    async listAudit(_requestContext, { actor, action, outcome, jobId, from, to, cursor, limit }) {
      const { rows, next } = await operations.listAudit(
        { db },
        {
          actor: actor ?? null,
          action: action ?? null,
          outcome: outcome ?? null,
          jobId: jobId ?? null,
          from: from === undefined ? null : new Date(from),
          to: to === undefined ? null : new Date(to),
          before: cursor === undefined ? null : readAuditCursor(cursor),
          limit,
        },
      );
      return { entries: rows.map(wireAuditEntry), nextCursor: next?.toString() ?? null };
    },

    async verifyAudit(_requestContext, { anchor, after }) {
      const part = { anchor: placeOf(anchor), after: placeOf(after) };
      return wireAuditProof(await operations.verifyAudit({ db }, part));
    },
  };
}

/** Reads a place in the audit chain that an earlier verification gave. */
function placeOf(head: string | undefined): operations.Anchor | null {
  const [seq, hash = ''] = head?.split(':') ?? [];
  return seq === undefined ? null : { seq: BigInt(seq), hash };
}
