import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { changeCtes, changeValues } from './change-ctes.ts';
import type { ChangedJob } from './changed-job.ts';
import {
  type Claim,
  type ClaimedJob,
  type ClaimedRow,
  claimCtes,
  claimValues,
  jobFromClaimedRow,
} from './claim-ctes.ts';

/** The columns are null if nothing was claimed. */
type Row = ClaimedRow | { readonly id: null };
/** One statement for each set of columns that changes, with and without tags. */
const statements = new Map<string, ReturnType<typeof prepare<Row>>>();

/**
 * Rows: those of changeJob, then those of claimNextJob, in one statement. Lock and fence: those of
 * both. It claims only if it has changed the job, so a host that gets a new job has ended the
 * previous one. Returns null if the job has changed since it was read; then nothing is written or
 * claimed.
 */
export async function changeJobAndClaim(
  db: Database,
  changed: ChangedJob,
  claim: Claim,
): Promise<{ readonly claimed: ClaimedJob | null } | null> {
  const values = changeValues(changed);
  const isTagged = claim.tags.length > 0;
  const key = `${isTagged} ${Object.keys(values).join()}`;
  let statement = statements.get(key);
  if (statement === undefined) {
    statement = prepare<Row>(() => {
      const { ctes, notified } = changeCtes(changed, values);
      // The line of the end is written first, as if the claim came in a later statement.
      const next = claimCtes(isTagged, sql`exists (select from line)`);
      return sql`with ${ctes}, ${next.ctes}
        select ${next.columns}${notified}
        from job left join (claimed ${next.definition}) on true`;
    });
    statements.set(key, statement);
  }
  const [row] = await statement(db, { ...values, ...claimValues(claim) });
  if (row === undefined) return null;
  return { claimed: isClaimed(row) ? jobFromClaimedRow(row) : null };
}

function isClaimed(row: Row): row is ClaimedRow {
  return row.id !== null;
}
