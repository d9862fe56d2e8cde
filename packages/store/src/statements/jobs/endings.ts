/* How the attempts of a job ended, as a column of the job. */
import type { AttemptEnding } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { jobs } from '../../schema/index.ts';

/** The form in JSON: times are text. */
type EndingRow = Omit<
  AttemptEnding,
  'hostLastHeardAt' | 'deliveredAt' | 'confirmedAt' | 'declaration'
> & {
  readonly hostLastHeardAt: string | null;
  readonly deliveredAt: string | null;
  readonly confirmedAt: string | null;
  readonly declaredAt: string | null;
  readonly declaredBy: string | null;
  readonly declaredReason: string | null;
};

/**
 * All attempts of a job with a receipt; of other jobs only attempts without a proof, by
 * attempts_number. The limit makes PostgreSQL read each host by its name, even if its statistics
 * expect few hosts. If another host took over the name of the attempt's host, its heartbeats do not
 * count for that host.
 */
export const ENDINGS = sql<readonly EndingRow[] | null>`(
  select json_agg(json_build_object(
      'id', a.id, 'number', a.number, 'host', a.host, 'output', a.output, 'outcome', a.outcome,
      'hostLastHeardAt', case when a.host_id = h.host_id or a.host_id is null or h.host_id is null
        then h.last_heard_at else a.host_last_heard_at end,
      'deliveredAt', a.stop_delivered_at, 'confirmedAt', a.confirmed_at,
      'stopReport', case when a.id = ${jobs.stopAttemptId} then a.stop_report end,
      'removalReport', case when a.id = ${jobs.stopAttemptId} then a.removal_report end,
      'declaredAt', a.declared_at, 'declaredBy', a.declared_by,
      'declaredReason', a.declared_reason, 'problem', a.unproven_reason) order by a.number)
  from attempts a left join lateral (
    select host_id, last_heard_at from render_hosts where name = a.host limit 1) h on true
  where a.job_id = ${jobs.id} and (${jobs.stopRequestedAt} is not null or a.confirmed_at is null))`;

export function endingFromRow(row: EndingRow): AttemptEnding {
  const { hostLastHeardAt, deliveredAt, confirmedAt, ...ending } = row;
  const { declaredAt, declaredBy, declaredReason, ...facts } = ending;
  return {
    ...facts,
    hostLastHeardAt: instant(hostLastHeardAt),
    deliveredAt: instant(deliveredAt),
    confirmedAt: instant(confirmedAt),
    declaration:
      declaredAt === null || declaredBy === null || declaredReason === null
        ? null
        : { at: new Date(declaredAt), by: declaredBy, reason: declaredReason },
  };
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
