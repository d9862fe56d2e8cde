import type { JobView } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobs } from '../../schema/index.ts';
import {
  detailsWith,
  IDS,
  IS_THIS,
  jobViewFromRow,
  OWN_PLACE,
  PLACE,
  placesOf,
  THE_LATEST,
} from './job-view.ts';

export type FoundDetail = {
  readonly view: JobView;
  /** Null if another job has taken it over. */
  readonly uid: string | null;
  readonly secretsDeletedAt: Date | null;
  /** Null while the job waits, and if it never had a host. */
  readonly hostLastHeardAt: Date | null;
};

const selectOne = prepareSelect(detailsWith(PLACE), (select) =>
  select
    .from(jobs)
    .leftJoinLateral(...THE_LATEST)
    .leftJoinLateral(...OWN_PLACE)
    .where(IS_THIS),
);
const selectSeveral = prepareSelect(detailsWith(PLACE), (select) =>
  select
    .from(jobs)
    .leftJoinLateral(...THE_LATEST)
    .leftJoin(placesOf(IDS), sql`places.key = ${jobs.queueKey}`)
    .where(sql`${jobs.id} = ${IDS}`),
);

/**
 * Rows: reads the jobs with these ids, all of one snapshot, by primary keys. Gives a map by job id.
 */
export async function findJobDetails(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundDetail>> {
  const rows =
    ids.length === 1
      ? await selectOne(db, { id: ids[0] })
      : await selectSeveral(db, { ids: `{${ids.join()}}` });
  return new Map(
    rows.map((row) => [
      row.job.id,
      {
        view: jobViewFromRow(row),
        uid: row.uid,
        secretsDeletedAt: row.secretsDeletedAt === null ? null : new Date(row.secretsDeletedAt),
        hostLastHeardAt: row.hostLastHeardAt === null ? null : new Date(row.hostLastHeardAt),
      },
    ]),
  );
}
