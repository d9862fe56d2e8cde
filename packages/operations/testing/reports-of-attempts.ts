import type { AttemptProgress, LogChunk, UsageRow, UsageSample } from '@renderdeck/domain';
import type { BegunStep } from '@renderdeck/store';
import { recordReports, type WorkerContext } from '../src/index.ts';

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
