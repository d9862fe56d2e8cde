import { isRunning, JOB_STATUSES, type Of, TRANSITIONS } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import { customType, jsonb, timestamp } from 'drizzle-orm/pg-core';
import type { HOST_SHAPES } from '../host-shapes.ts';

/**
 * A time of the database's clock, in milliseconds, so that a JavaScript Date can hold it exactly.
 */
export const instant = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** A transaction id with its epoch, which a cluster never uses twice. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** A column of JSON that a host writes. Its type is the type of its shape. */
export function reported<Name extends keyof Shapes>(name: Name) {
  return jsonb(name).$type<Of<Shapes[Name]>>();
}
type Shapes = (typeof HOST_SHAPES)['fields'];

/** Text that sorts by its bytes, for any language of the database. */
export const bytewiseText = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/** The transactions that a statement could see. */
export const pgSnapshot = customType<{ data: string }>({ dataType: () => 'pg_snapshot' });

/** A check that a column holds one of the domain's words. */
export function oneOf(column: string, words: readonly string[]): SQL {
  return sql.raw(`${column} in (${words.map((word) => `'${word}'`).join(', ')})`);
}

/** How long the last attempt of an ended job took, as in the index jobs_ended_by_duration. */
export function jobDuration(alias?: string): SQL {
  const of = alias === undefined ? '' : `${alias}.`;
  return sql.raw(`coalesce(${of}ended_at - ${of}started_at, '00:00:00'::interval)`);
}

/**
 * The condition that a row of jobs is one that a worker holds, as in the index jobs_running. The
 * words are in its text, because PostgreSQL uses the index only then. `alias`: of jobs.
 */
export function isRunningJob(alias?: string): SQL {
  const column = alias === undefined ? 'status' : `${alias}.status`;
  return oneOf(column, JOB_STATUSES.filter(isRunning));
}

/** The condition that a row of jobs failed, as in the index jobs_failed_for. `alias`: of jobs. */
export function isFailedJob(alias?: string): SQL {
  const of = alias === undefined ? '' : `${alias}.`;
  return sql.raw(`${of}ended_at is not null and ${of}status = '${TRANSITIONS.fail.to}'`);
}
