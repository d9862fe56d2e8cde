import { type JobSort, sortOf } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import { jobDuration } from '../../schema/columns.ts';
import type { ListSection } from './job-filter.ts';

/**
 * A job's place in the list. A page starts after it or ends before it. A queue key and a name are
 * text; a time and a duration are text in milliseconds.
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
  /** The order of ended jobs. */
  readonly sort: JobSort;
};

export type ListOrder = {
  /** What is compared first, of rows `j`; equal rows are compared by their id. */
  readonly value: SQL;
  /** The key of a place, from that value. */
  keyOf(value: SQL): SQL;
  /** The order of rows `j`, whose value is given. */
  by(value: SQL): SQL;
  /** The rows `j` that follow the place. */
  beyond(place: ListPlace): SQL;
};
/** The order in which the index of a section is read, and the other direction. */
type BothWays = { readonly forwards: ListOrder; readonly backwards: ListOrder };

const milliseconds = (value: SQL) => sql`(extract(epoch from ${value}) * 1000)::bigint`;
const instantOf = ({ key }: ListPlace) => sql`to_timestamp(${key}::numeric / 1000)`;
const lengthOf = ({ key }: ListPlace) => sql`${key}::bigint * interval '1 millisecond'`;

/** Rows by a value and then by their id, both in the same direction. */
function byValue(
  value: SQL,
  keyOf: ListOrder['keyOf'],
  placeValue: (place: ListPlace) => SQL,
): BothWays {
  return {
    forwards: {
      value,
      keyOf,
      by: (given) => sql`${given}, j.id`,
      beyond: (place) => sql`(${value}, j.id) > (${placeValue(place)}, ${place.id}::uuid)`,
    },
    backwards: {
      value,
      keyOf,
      by: (given) => sql`${given} desc, j.id desc`,
      beyond: (place) => sql`(${value}, j.id) < (${placeValue(place)}, ${place.id}::uuid)`,
    },
  };
}

const ENDED = sql`j.ended_at`;
const BY_END: BothWays = {
  forwards: {
    value: ENDED,
    keyOf: milliseconds,
    by: (given) => sql`${given} desc, j.id`,
    beyond: (place) => sql`j.ended_at <= ${instantOf(place)}
      and (j.ended_at < ${instantOf(place)} or j.id > ${place.id}::uuid)`,
  },
  backwards: {
    value: ENDED,
    keyOf: milliseconds,
    by: (given) => sql`${given}, j.id desc`,
    beyond: (place) => sql`j.ended_at >= ${instantOf(place)}
      and (j.ended_at > ${instantOf(place)} or j.id < ${place.id}::uuid)`,
  },
};
const BY_START = byValue(sql`j.started_at`, milliseconds, instantOf);
const BY_NAME = byValue(
  sql`lower(j.name)`,
  (value) => value,
  ({ key }) => sql`${key}::text`,
);
const BY_DURATION = byValue(jobDuration('j'), milliseconds, lengthOf);

const KEY = sql`j.queue_key`;
const BY_QUEUE: BothWays = {
  forwards: {
    value: KEY,
    keyOf: (value) => value,
    by: (given) => given,
    beyond: ({ key }) => sql`j.queue_key > ${key}::bigint`,
  },
  backwards: {
    value: KEY,
    keyOf: (value) => value,
    by: (given) => sql`${given} desc`,
    beyond: ({ key }) => sql`j.queue_key < ${key}::bigint`,
  },
};

/** Ended jobs by what they are sorted, and whether the index has the descending order. */
const OF_ENDED = {
  ended: { ways: BY_END, descends: true },
  name: { ways: BY_NAME, descends: false },
  duration: { ways: BY_DURATION, descends: false },
} as const;

/**
 * The order of a section: running jobs by the oldest start, by jobs_running; waiting jobs in queue
 * order, by jobs_in_order; ended jobs as they are sorted, by jobs_ended, jobs_ended_by_name or
 * jobs_ended_by_duration.
 */
export function orderOf(section: ListSection, { direction, sort }: ListStart): ListOrder {
  const isNext = direction === 'next';
  if (section !== 'ended') {
    const ways = section === 'running' ? BY_START : BY_QUEUE;
    return isNext ? ways.forwards : ways.backwards;
  }
  const { by, descending } = sortOf(sort);
  const { ways, descends } = OF_ENDED[by];
  return (descending === descends) === isNext ? ways.forwards : ways.backwards;
}
