import type { AwaitedHost, Job } from '@renderdeck/domain';
import { type Column, getTableColumns } from 'drizzle-orm';
import { type AwaitedHostRow, jobs } from './schema/index.ts';

export type JobRow = typeof jobs.$inferSelect;
type ReadRow = Omit<JobRow, 'queueKey'>;
const { queueKey: _, ...COLUMNS } = getTableColumns(jobs);
const READ: readonly (readonly [string, Column])[] = Object.entries(COLUMNS);

/** Converts a row to the job that the rules of the domain use. */
export function jobFromRow(row: ReadRow): Job {
  const {
    id,
    name,
    template,
    status,
    priority,
    queueSeq,
    version,
    submittedBy,
    createdAt,
    startedAt,
    endedAt,
    attempts,
    maxAttempts,
    output,
    failure,
    warnings,
  } = row;
  return {
    id,
    name,
    template,
    status,
    priority,
    queueSeq,
    version,
    submittedBy,
    createdAt,
    startedAt,
    endedAt,
    attempts,
    maxAttempts,
    output,
    failure,
    warnings,
    tags: row.tags === '' ? [] : row.tags.split(','),
    lease:
      row.leaseExpiresAt === null || row.attemptId === null || row.host === null
        ? null
        : { attemptId: row.attemptId, host: row.host, expiresAt: row.leaseExpiresAt },
    stopRequest:
      row.stopRequestedAt === null || row.stopRequestedBy === null || row.stopChannel === null
        ? null
        : {
            by: row.stopRequestedBy,
            at: row.stopRequestedAt,
            channel: row.stopChannel,
            reason: row.stopReason,
          },
    awaitedHosts: row.awaitedHosts.map(awaitedFromRow),
  };
}

/** Converts a row in the driver's form, with the column names of the database, to a job. */
export function jobFromColumns(row: Readonly<Record<string, unknown>>): Job {
  return jobFromRow(readRow(row));
}

function readRow(row: Readonly<Record<string, unknown>>): ReadRow;
function readRow(row: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    READ.map(([key, column]) => {
      const value = row[column.name];
      return [key, value === null ? null : column.mapFromDriverValue(value)];
    }),
  );
}

/**
 * The columns that a rule can change. The latest attempt and its host stay in the row after the
 * lease ends, so they are set only while there is a lease.
 */
export function rowFromJob(job: Job) {
  return {
    status: job.status,
    priority: job.priority,
    version: job.version,
    startedAt: job.startedAt,
    endedAt: job.endedAt,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    output: job.output,
    failure: job.failure,
    warnings: job.warnings,
    leaseExpiresAt: job.lease?.expiresAt ?? null,
    ...(job.lease === null ? {} : { attemptId: job.lease.attemptId, host: job.lease.host }),
    stopRequestedAt: job.stopRequest?.at ?? null,
    stopRequestedBy: job.stopRequest?.by ?? null,
    stopChannel: job.stopRequest?.channel ?? null,
    stopReason: job.stopRequest?.reason ?? null,
    awaitedHosts: job.awaitedHosts.map(rowFromAwaited),
  };
}

function awaitedFromRow({ reportedAt, declaration, ...host }: AwaitedHostRow): AwaitedHost {
  return {
    ...host,
    reportedAt: reportedAt === null ? null : new Date(reportedAt),
    declaration: declaration === null ? null : { ...declaration, at: new Date(declaration.at) },
  };
}

function rowFromAwaited({ reportedAt, declaration, ...host }: AwaitedHost): AwaitedHostRow {
  return {
    ...host,
    reportedAt: reportedAt?.toISOString() ?? null,
    declaration: declaration === null ? null : { ...declaration, at: declaration.at.toISOString() },
  };
}
