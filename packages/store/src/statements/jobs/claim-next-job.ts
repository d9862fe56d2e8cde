import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import {
  type Claim,
  type ClaimedJob,
  type ClaimedRow,
  claimCtes,
  claimValues,
  jobFromClaimedRow,
} from './claim-ctes.ts';

const claimWith = (isTagged: boolean) =>
  prepare<ClaimedRow>(() => {
    const { ctes, columns, definition } = claimCtes(isTagged);
    return sql`with ${ctes}
      select ${columns} from claimed ${definition}`;
  });
const claimUntagged = claimWith(false);
const claimTagged = claimWith(true);

/**
 * Rows: updates the first queued job that the host may have (next-for-host.ts) and inserts an
 * attempt and a change row, in one statement. Lock: FOR UPDATE SKIP LOCKED, so a claim waits
 * neither for other claims nor for an admin. Returns null if no job waits for this host.
 */
export async function claimNextJob(db: Database, claim: Claim): Promise<ClaimedJob | null> {
  const claimNext = claim.tags.length === 0 ? claimUntagged : claimTagged;
  const [row] = await claimNext(db, claimValues(claim));
  return row === undefined ? null : jobFromClaimedRow(row);
}
