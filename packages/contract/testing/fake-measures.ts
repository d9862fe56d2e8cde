import {
  groupFailures,
  MEASURE_BOUNDS_MS,
  type MeasuredRow,
  type MeasureRange,
  queueSpanOf,
  queueSteps,
  summariseMeasures,
} from '@renderdeck/domain';
import type { GetMeasuresOutput } from '../src/index.ts';
import { wireMeasures } from '../src/measures/wire-measures.ts';
import type { FakeFarm } from './fake-farm.ts';

/** The measures of the fake farm: counted from its jobs, with the rows that a test has added. */
export function fakeMeasures(
  {
    records,
    hosts,
    measured,
    sampled,
  }: Pick<FakeFarm, 'records' | 'hosts' | 'measured' | 'sampled'>,
  range: MeasureRange,
  now: Date,
): GetMeasuresOutput {
  const rows = [...records.values()].flatMap(({ job, attempts, stopAttemptId }) =>
    attempts.flatMap((attempt): MeasuredRow[] => {
      const { number, host, startedAt, endedAt, outcome, confirmedAt } = attempt;
      const waitedMs = startedAt.getTime() - job.createdAt.getTime();
      const busyMs = (endedAt ?? now).getTime() - startedAt.getTime();
      const asked = attempt.id === stopAttemptId ? job.stopRequest : null;
      return [
        number === 1 ? aRow('waiting', startedAt, '', waitedMs) : null,
        outcome === null || endedAt === null ? null : aRow('ended', endedAt, outcome, null),
        { ...aRow('busy', startedAt, host, null), sumMs: busyMs },
        asked === null ? null : aRow('asked', asked.at, '', null),
        asked === null || confirmedAt === null
          ? null
          : aRow('proven', asked.at, '', confirmedAt.getTime() - asked.at.getTime()),
      ].filter((row) => row !== null);
    }),
  );
  for (const { job, attempts } of records.values())
    if (job.status === 'QUEUED' && attempts.length === 0)
      rows.push(aRow('queued', now, '', now.getTime() - job.createdAt.getTime()));
  const slots = new Map(hosts.map((host) => [host.name, host.slots]));
  const measures = summariseMeasures(range, now, [...rows, ...measured], slots);
  const all = [...records.values()];
  const waiting = all.filter(({ job }) => job.status === 'QUEUED');
  const ages = waiting.map(({ job }) => now.getTime() - job.createdAt.getTime());
  const failed = all.flatMap(({ job: { status, failure }, attempts }) =>
    status === 'FAILED'
      ? [{ failure: failure ?? '', host: attempts.at(-1)?.host ?? null, count: 1 }]
      : [],
  );
  return wireMeasures(range, {
    at: now,
    ...measures,
    queue: {
      waiting: waiting.length,
      oldestMs: ages.length === 0 ? null : Math.max(...ages),
      usual: null,
      stepMs: queueSpanOf(range, now).stepMs,
      steps: queueSteps(
        range,
        now,
        sampled.filter(({ at }) => at >= measures.from),
      ),
    },
    reasons: groupFailures(failed, 5),
  });
}

function aRow(name: MeasuredRow['name'], at: Date, part: string, ms: number | null): MeasuredRow {
  const hour = new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
  const atMostMs = ms === null ? 0 : (MEASURE_BOUNDS_MS.find((bound) => bound >= ms) ?? ms);
  return { name, hour, part, atMostMs, count: 1, sumMs: ms ?? 0 };
}
