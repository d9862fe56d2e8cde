import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';
import { countQueueBeyond, jumpInQueue } from '../queue/jump-in-queue.ts';
import { fitsFilter, type JobFilter, type ListSection, mayHaveText } from './job-filter.ts';
import { type ListPlace, type ListStart, orderOf } from './list-orders.ts';

type Page = { readonly skip: number; readonly limit: number };

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
function near(section: ListSection, filter: JobFilter, start: ListStart, most: number) {
  const { place } = start;
  const { beyond, by, value } = orderOf(section, start);
  const others = fitsFilter(section, { ...filter, q: null });
  const rest = place === null ? others : sql`${others} and ${beyond(place)}`;
  return sql`(select * from jobs j where ${rest} order by ${by(value)} limit ${most}) j
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
  const { place } = start;
  const fits = fitsFilter(section, filter);
  const rest = place === null ? fits : sql`${fits} and ${orderOf(section, start).beyond(place)}`;
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
  const { keyOf, by } = orderOf(section, start);
  const found = sql`j.found`;
  let places: readonly ListPlace[] = [];
  for (const source of await sources(db, section, filter, start, 5)) {
    const statement = sql`
      select j.id, ${keyOf(found)}::text as key
      from (${readPage(section, source, start, page)}) j order by ${by(found)}`;
    const rows = await runPrepared<{ id: string; key: string }>(db, statement, isKept(filter));
    places = rows.map(({ id, key }) => ({ section, key, id }));
    if (places.length === page.limit) break;
  }
  return places;
}

/** From this many jobs on, skipping with queue_counts is faster. */
const FAR = 1000;

/** Whether the list has all waiting jobs, without a filter. */
function isWholeQueue(section: ListSection, filter: JobFilter): boolean {
  const { q, host, by, template, open, from, to, reason } = filter;
  const asked = q ?? host ?? by ?? template ?? from ?? to ?? reason ?? (open || null);
  return section === 'queued' && asked === null;
}

/** A jump in the queue reads only keys, because jobs_in_order does not contain ids. */
function readPage(section: ListSection, source: SQL, start: ListStart, page: Page) {
  const { by, value } = orderOf(section, start);
  const range = sql`order by ${by(value)} offset ${page.skip} limit ${page.limit}`;
  if (section === 'queued' && page.skip > 0)
    return sql`
      select w.id, w.queue_key as found from jobs w
      where w.queue_key = any (array(select j.queue_key from ${source} ${range}))
      limit ${page.limit}`;
  return sql`select j.id, ${value} as found from ${source} ${range}`;
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
