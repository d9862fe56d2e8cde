import type { AuditEntry } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import type { Values } from '../../prepared/send-prepared.ts';

export type AuditedBy = {
  readonly actorKind: string;
  readonly actor: string;
  readonly channel: string;
  readonly address: string | null;
  readonly requestId: string | null;
};

const value = (name: string) => sql.placeholder(name);
/** The values after an action, from auditValues. */
const AFTER = sql`${value('after')}::jsonb`;
/** The values after a cancel, with the number of the job's receipt, by receipts_job. */
const AFTER_CANCEL = sql`${AFTER} || jsonb_build_object('receipt',
  (select number from receipts r where r.job_id = ${value('jobId')}::uuid))`;

/** Inserts a line with auditValues. The values after the action may come from other rows. */
function insertAuditLine(after: SQL = AFTER): SQL {
  return sql`insert into audit_log (actor_kind, actor, channel, address, request_id, action,
      outcome, code, job_id, reason, before, after)
    select ${value('actorKind')}, ${value('actor')}, ${value('channel')}, ${value('address')},
      ${value('requestId')}, ${value('action')}, ${value('outcome')}, ${value('code')},
      ${value('jobId')}::uuid, ${value('reason')}, ${value('before')}::jsonb, ${after}`;
}

function auditValues(by: AuditedBy, entry: AuditEntry): Values {
  const json = (values: AuditEntry['after']) => (values === null ? null : JSON.stringify(values));
  return { ...by, ...entry, before: json(entry.before), after: json(entry.after) };
}

const insertLine = prepare(() => insertAuditLine());
const insertLineOfCancel = prepare(() => insertAuditLine(AFTER_CANCEL));

/**
 * Rows: inserts one audit line. It runs in the transaction of the action, so the action and its
 * line are committed together or not at all.
 */
export async function insertAuditEntry(
  tx: Database,
  by: AuditedBy,
  entry: AuditEntry,
): Promise<void> {
  await insertLine(tx, auditValues(by, entry));
}

/**
 * Rows: inserts the audit line of a cancel. `after` gets the number that the database gave to the
 * job's receipt.
 */
export async function insertCancelEntry(
  tx: Database,
  by: AuditedBy,
  entry: AuditEntry,
): Promise<void> {
  await insertLineOfCancel(tx, auditValues(by, entry));
}
