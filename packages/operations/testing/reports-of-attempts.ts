import type {
  AttemptProgress,
  AttemptReport,
  LogChunk,
  UsageRow,
  UsageSample,
} from '@renderdeck/domain';
import type { BegunStep } from '@renderdeck/store';
import { recordReports, restoreAttempt, type WorkerContext } from '../src/index.ts';
import { reports } from './reports.ts';

type Context = Pick<WorkerContext, 'db'>;
type OfAttempt = { readonly attemptId: string };

/** A host reports the progress of its attempts. */
export function recordProgress(
  context: Context,
  {
    progress,
  }: {
    readonly progress: readonly (OfAttempt &
      AttemptProgress & { readonly steps: readonly BegunStep[] })[];
  },
) {
  const reports = progress.map(({ attemptId, steps, ...at }) => ({
    ...{ attemptId, steps, progress: at },
  }));
  return recordReports(context, { reports });
}

/** A host reports lines of one attempt. */
export function recordLog(
  context: Context,
  report: OfAttempt & { readonly chunks: readonly LogChunk[] },
) {
  return recordReports(context, { reports: [report] });
}

/** A host reports the usage of its attempts. */
export function recordUsage(
  context: Context,
  {
    attempts,
  }: {
    readonly attempts: readonly (OfAttempt & {
      readonly usage: readonly UsageSample[];
      readonly history: readonly UsageRow[] | null;
    })[];
  },
) {
  const reports = attempts.map(({ history, ...report }) =>
    history === null ? report : { ...report, history },
  );
  return recordReports(context, { reports });
}

/** The record of a process tree. */
export const treeOf = (attemptId: string) => ({
  attemptId,
  treeMarker: 'a1',
  bootId: 'boot-1',
  machineId: null,
  hardwareId: null,
  pidNamespace: null,
  root: { bootId: 'boot-1', pid: 900, startToken: '77' },
  container: null,
  members: [],
});

type Reported = OfAttempt & {
  readonly jobId: string;
  readonly attempt?: number;
  readonly treeMarker?: string;
};

/** The report of an attempt in the journal of its host. By default the attempt is completed. */
export function aReport(
  { host, identity, workerId }: WorkerContext,
  { jobId, attemptId, attempt: number = 1, treeMarker = 'marker' }: Reported,
  otherwise: Partial<AttemptReport> = {},
): AttemptReport {
  const { stopReport, removalReport } = reports();
  return {
    ...{ jobId, attemptId, number, host, identity, workerId, treeMarker },
    ...{ end: { kind: 'completed' }, output: 'published', publications: null, signalled: false },
    ...{ stopReport, removalReport, ranMs: 0, deadAt: new Date().toISOString() },
    ...otherwise,
  };
}

/** The host sends the report, which by default is about this moment. */
export function restore(
  worker: WorkerContext,
  report: AttemptReport,
  ages = { deadMsAgo: 0, confirmedMsAgo: 0 },
) {
  return restoreAttempt(worker, { report, ...ages });
}
