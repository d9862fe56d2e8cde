import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';
import { countQueueBeyond, jumpInQueue } from '../queue/jump-in-queue.ts';
import { fitsFilter, type JobFilter, type ListPart, mayHaveText } from './job-filter.ts';

/**
 * A job's place in the list: pages start after it, or end before it. A queue key is text, an
 * instant is text in epoch milliseconds.
 */
export type ListPlace = { readonly part: ListPart; readonly key: string; readonly id: string };

/** Where to read from in a part (null: its end), and which way. */
export type ListStart = {
  readonly place: ListPlace | null;
  readonly direction: 'next' | 'previous';
};
type Page = { readonly skip: number; readonly limit: number };
type Order = { readonly key: SQL; beyond(place: ListPlace): SQL; readonly by: SQL };

const milliseconds = (column: SQL) => sql`(extract(epoch from ${column}) * 1000)::bigint`;
const instantOf = ({ key }: ListPlace) => sql`to_timestamp(${key}::numeric / 1000)`;
const STARTED = sql`j.started_at`;
const ENDED = sql`j.ended_at`;

/** The longest running first, by jobs_leased; queue order, by jobs_queue; the latest end first. */
const ORDERS: Readonly<Record<ListPart, Readonly<Record<ListStart['direction'], Order>>>> = {
  running: {
    next: {
      key: milliseconds(STARTED),
      beyond: (place) => sql`(j.started_at, j.id) > (${instantOf(place)}, ${place.id}::uuid)`,
      by: sql`j.started_at, j.id`,
    },
    previous: {
      key: milliseconds(STARTED),
      beyond: (place) => sql`(j.started_at, j.id) < (${instantOf(place)}, ${place.id}::uuid)`,
      by: sql`j.started_at desc, j.id desc`,
    },
  },
  queued: {
    next: {
      key: sql`j.queue_key`,
      beyond: ({ key }) => sql`j.queue_key > ${key}::bigint`,
      by: sql`j.queue_key`,
    },
    previous: {
      key: sql`j.queue_key`,
      beyond: ({ key }) => sql`j.queue_key < ${key}::bigint`,
      by: sql`j.queue_key desc`,
    },
  },
  ended: {
    next: {
      key: milliseconds(ENDED),
      beyond: (place) => sql`j.ended_at <= ${instantOf(place)}
        and (j.ended_at < ${instantOf(place)} or j.id > ${place.id}::uuid)`,
      by: sql`j.ended_at desc, j.id`,
    },
    previous: {
      key: milliseconds(ENDED),
      beyond: (place) => sql`j.ended_at >= ${instantOf(place)}
        and (j.ended_at > ${instantOf(place)} or j.id < ${place.id}::uuid)`,
      by: sql`j.ended_at, j.id desc`,
    },
  },
};

/** A text that is in many jobs is found among so many of the first ones. */
const NEAR = 12_000;
/** How many have it is known from so many of the first ones. */
const PROBED = 500;
/** Where so many of these have a text, 1,000 are among the first NEAR. */
const FREQUENT = 50;

/** The first jobs of a part that fit, among so many of its first ones that fit but for the text. */
function near(part: ListPart, filter: JobFilter, { place, direction }: ListStart, most: number) {
  const { beyond, by } = ORDERS[part][direction];
  const others = fitsFilter(part, { ...filter, q: null });
  const rest = place === null ? others : sql`${others} and ${beyond(place)}`;
  return sql`(select * from jobs j where ${rest} order by ${by} limit ${most}) j
    where ${fitsFilter(part, filter)}`;
}

/**
 * The statements that read a part, the first that gives enough decides. A text is looked for among
 * the first jobs of the part where at least `frequent` of PROBED jobs have it, then by the
 * jobs_search of the part: the one is quick where many jobs have the text, the other where few.
 */
async function sources(
  db: Database,
  part: ListPart,
  filter: JobFilter,
  start: ListStart,
  frequent: number,
): Promise<readonly SQL[]> {
  const { place, direction } = start;
  const fits = fitsFilter(part, filter);
  const rest = place === null ? fits : sql`${fits} and ${ORDERS[part][direction].beyond(place)}`;
  // Few jobs run at a time.
  if (filter.q === null || part === 'running') return [sql`jobs j where ${rest}`];
  // To start parallel workers for the statements that follow takes longer than these do.
  const [probe] = await db.execute<{ found: string }>(sql`
    select count(*) as found, set_config('max_parallel_workers_per_gather', '0', true)
    from ${near(part, filter, start, PROBED)}`);
  // The offset keeps the planner from reading the index of the whole part beside it.
  const byParts = sql`(select * from jobs j where ${mayHaveText(part, filter.q)} offset 0) j
    where ${rest}`;
  return Number(probe?.found) >= frequent ? [near(part, filter, start, NEAR), byParts] : [byParts];
}

/**
 * Rows: reads the places of the jobs of a part that fit, beyond the start and after leaving out
 * `skip` of them. Order: the list's, or backwards for `previous`; by the index of the part. What is
 * left out is read from the index alone, or jumped over by queue_counts, where it can be.
 */
export async function listPlaces(
  db: Database,
  part: ListPart,
  filter: JobFilter,
  start: ListStart,
  page: Page,
): Promise<readonly ListPlace[]> {
  if (page.skip >= FAR && start.direction === 'next' && isWholeQueue(part, filter)) {
    const { after, skip } = await jumpInQueue(db, start.place?.key ?? '0', page.skip);
    const place = { part, key: after, id: '' };
    return await readPlaces(db, part, filter, { ...start, place }, { ...page, skip });
  }
  return await readPlaces(db, part, filter, start, page);
}

/** How to look for a text depends on the text, so it is planned each time. */
const isKept = ({ q }: JobFilter) => q === null;

async function readPlaces(
  db: Database,
  part: ListPart,
  filter: JobFilter,
  start: ListStart,
  page: Page,
): Promise<readonly ListPlace[]> {
  const { key, by } = ORDERS[part][start.direction];
  let places: readonly ListPlace[] = [];
  for (const source of await sources(db, part, filter, start, 5)) {
    const statement = sql`
      select j.id, ${key}::text as key
      from (${readPage(part, source, by, page)}) j order by ${by}`;
    const rows = await runPrepared<{ id: string; key: string }>(db, statement, isKept(filter));
    places = rows.map(({ id, key }) => ({ part, key, id }));
    if (places.length === page.limit) break;
  }
  return places;
}

/** From so many jobs on, a jump is shorter by queue_counts. */
const FAR = 1000;

/** Whether the list has all that waits. */
function isWholeQueue(part: ListPart, { q, host, by, open, from, to }: JobFilter): boolean {
  return part === 'queued' && (q ?? host ?? by ?? from ?? to ?? (open || null)) === null;
}

/** A jump in the queue reads keys alone: jobs_queue holds no ids. */
function readPage(part: ListPart, source: SQL, by: SQL, page: Page) {
  const range = sql`order by ${by} offset ${page.skip} limit ${page.limit}`;
  if (part === 'queued' && page.skip > 0)
    return sql`
      select w.id, w.queue_key from jobs w
      where w.queue_key = any (array(select j.queue_key from ${source} ${range}))
      limit ${page.limit}`;
  const column = { running: sql`j.started_at`, queued: sql`j.queue_key`, ended: sql`j.ended_at` };
  return sql`select j.id, ${column[part]} from ${source} ${range}`;
}

/** Rows: counts the jobs of a part that fit, beyond the start, up to `most`. */
export async function countPlaces(
  db: Database,
  part: ListPart,
  filter: JobFilter,
  start: ListStart,
  most: number,
): Promise<number> {
  if (isWholeQueue(part, filter)) {
    const beyond = await countQueueBeyond(db, start.place?.key ?? null, start.direction);
    return Math.min(most, beyond);
  }
  let count = 0;
  for (const source of await sources(db, part, filter, start, FREQUENT)) {
    const statement = sql`
      select count(*) from (select from ${source} limit ${most}) counted`;
    const [row] = await runPrepared<{ count: string }>(db, statement, isKept(filter));
    count = Number(row?.count);
    if (count === most) break;
  }
  return count;
}
