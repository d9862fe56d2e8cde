import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';
import { countQueueBeyond, jumpInQueue } from '../queue/jump-in-queue.ts';
import { fitsFilter, type JobFilter, type ListSection, mayHaveText } from './job-filter.ts';

/**
 * A job's place in the list. A page starts after it or ends before it. A queue key is text; a time
 * is text in epoch milliseconds.
 */
export type ListPlace = {
  readonly section: ListSection;
  readonly key: string;
  readonly id: string;
};

/** The place at which to start in a section (null: at its end), and the direction. */
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

/**
 * The order of each section: running jobs by the oldest start, by jobs_running; waiting jobs in
 * queue order, by jobs_queue; ended jobs by the latest end.
 */
const ORDERS: Readonly<Record<ListSection, Readonly<Record<ListStart['direction'], Order>>>> = {
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

/** A search reads this many of the first jobs; a text that is frequent is found there. */
const NEAR = 12_000;
/** This many of the first jobs are read to find out how frequent a text is. */
const PROBED = 500;
/** If this many of these jobs have a text, about 1,000 of the first NEAR jobs have it. */
const FREQUENT = 50;

/**
 * The jobs that fit, among the first `most` jobs of the section that fit all filters except the
 * text.
 */
function near(
  section: ListSection,
  filter: JobFilter,
  { place, direction }: ListStart,
  most: number,
) {
  const { beyond, by } = ORDERS[section][direction];
  const others = fitsFilter(section, { ...filter, q: null });
  const rest = place === null ? others : sql`${others} and ${beyond(place)}`;
  return sql`(select * from jobs j where ${rest} order by ${by} limit ${most}) j
    where ${fitsFilter(section, filter)}`;
}

/**
 * The statements that read a section; the first one that gives enough jobs decides. If at least
 * `frequent` of the first PROBED jobs have the text, it is searched among the first jobs of the
 * section, then by the search index of the section. The first search is fast if many jobs have the
 * text, the second if few have it.
 */
async function sources(
  db: Database,
  section: ListSection,
  filter: JobFilter,
  start: ListStart,
  frequent: number,
): Promise<readonly SQL[]> {
  const { place, direction } = start;
  const fits = fitsFilter(section, filter);
  const rest = place === null ? fits : sql`${fits} and ${ORDERS[section][direction].beyond(place)}`;
  // Few jobs run at one time.
  if (filter.q === null || section === 'running') return [sql`jobs j where ${rest}`];
  // Starting parallel workers takes longer than the following statements themselves.
  const [probe] = await db.execute<{ found: string }>(sql`
    select count(*) as found, set_config('max_parallel_workers_per_gather', '0', true)
    from ${near(section, filter, start, PROBED)}`);
  // The offset keeps the planner from also reading the index of the whole section.
  const byTrigrams = sql`(select * from jobs j where ${mayHaveText(section, filter.q)} offset 0) j
    where ${rest}`;
  return Number(probe?.found) >= frequent
    ? [near(section, filter, start, NEAR), byTrigrams]
    : [byTrigrams];
}

/**
 * Rows: reads the places of the jobs of a section that fit, beyond the start, after leaving out
 * `skip` of them. Order: the order of the list, or backwards for `previous`; by the index of the
 * section. The jobs that are left out are read from the index alone, or skipped with queue_counts,
 * if possible.
 */
export async function listPlaces(
  db: Database,
  section: ListSection,
  filter: JobFilter,
  start: ListStart,
  page: Page,
): Promise<readonly ListPlace[]> {
  if (page.skip >= FAR && start.direction === 'next' && isWholeQueue(section, filter)) {
    const { after, skip } = await jumpInQueue(db, start.place?.key ?? '0', page.skip);
    const place = { section, key: after, id: '' };
    return await readPlaces(db, section, filter, { ...start, place }, { ...page, skip });
  }
  return await readPlaces(db, section, filter, start, page);
}

/**
 * The best way to search for a text depends on the text, so such a statement is planned each time.
 */
const isKept = ({ q }: JobFilter) => q === null;

async function readPlaces(
  db: Database,
  section: ListSection,
  filter: JobFilter,
  start: ListStart,
  page: Page,
): Promise<readonly ListPlace[]> {
  const { key, by } = ORDERS[section][start.direction];
  let places: readonly ListPlace[] = [];
  for (const source of await sources(db, section, filter, start, 5)) {
    const statement = sql`
      select j.id, ${key}::text as key
      from (${readPage(section, source, by, page)}) j order by ${by}`;
    const rows = await runPrepared<{ id: string; key: string }>(db, statement, isKept(filter));
    places = rows.map(({ id, key }) => ({ section, key, id }));
    if (places.length === page.limit) break;
  }
  return places;
}

/** From this many jobs on, skipping with queue_counts is faster. */
const FAR = 1000;

/** Whether the list has all waiting jobs, without a filter. */
function isWholeQueue(section: ListSection, { q, host, by, open, from, to }: JobFilter): boolean {
  return section === 'queued' && (q ?? host ?? by ?? from ?? to ?? (open || null)) === null;
}

/** A jump in the queue reads only keys, because jobs_queue does not contain ids. */
function readPage(section: ListSection, source: SQL, by: SQL, page: Page) {
  const range = sql`order by ${by} offset ${page.skip} limit ${page.limit}`;
  if (section === 'queued' && page.skip > 0)
    return sql`
      select w.id, w.queue_key from jobs w
      where w.queue_key = any (array(select j.queue_key from ${source} ${range}))
      limit ${page.limit}`;
  const column = { running: sql`j.started_at`, queued: sql`j.queue_key`, ended: sql`j.ended_at` };
  return sql`select j.id, ${column[section]} from ${source} ${range}`;
}

/** Rows: counts the jobs of a section that fit, beyond the start, up to `most`. */
export async function countPlaces(
  db: Database,
  section: ListSection,
  filter: JobFilter,
  start: ListStart,
  most: number,
): Promise<number> {
  if (isWholeQueue(section, filter)) {
    const beyond = await countQueueBeyond(db, start.place?.key ?? null, start.direction);
    return Math.min(most, beyond);
  }
  let count = 0;
  for (const source of await sources(db, section, filter, start, FREQUENT)) {
    const statement = sql`
      select count(*) from (select from ${source} limit ${most}) counted`;
    const [row] = await runPrepared<{ count: string }>(db, statement, isKept(filter));
    count = Number(row?.count);
    if (count === most) break;
  }
  return count;
}
