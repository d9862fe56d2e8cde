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

type Row = { readonly is_sent: boolean } & (
  | ClaimedRow
  | { readonly id: null; readonly incarnation: string }
);
export type ClaimAnswer = {
  /** Null if no job waits for this host, or if its journal is unsent. */
  readonly claimed: ClaimedJob | null;
  /** The incarnation to which the host must send its journal first; null if it has done so. */
  readonly unsentTo: string | null;
};

const claimWith = (isTagged: boolean) =>
  prepare<Row>(() => {
    const { ctes, columns, definition } = claimCtes(isTagged);
    return sql`with ${ctes}
      select ${columns}, is_sent from journal left join (claimed ${definition}) on true`;
  });
const claimUntagged = claimWith(false);
const claimTagged = claimWith(true);

/**
 * Rows: updates the first queued job that the host may have (next-for-host.ts) and inserts an
 * attempt and a change row, in one statement. Lock: FOR UPDATE SKIP LOCKED, so a claim waits
 * neither for other claims nor for an admin. Fence: the host has sent its journal to this
 * incarnation (claim-ctes.ts).
 */
export async function claimNextJob(db: Database, claim: Claim): Promise<ClaimAnswer> {
  const claimNext = claim.tags.length === 0 ? claimUntagged : claimTagged;
  const [row] = await claimNext(db, claimValues(claim));
  if (row === undefined) throw new Error('the claim returned no row');
  return {
    claimed: isClaimed(row) ? jobFromClaimedRow(row) : null,
    unsentTo: row.is_sent ? null : row.incarnation,
  };
}

function isClaimed(row: Row): row is Row & ClaimedRow {
  return row.id !== null;
}
