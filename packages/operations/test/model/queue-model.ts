import { compareInQueue, type JobStatus } from '@renderdeck/domain';
import type { OwnedJob, WorkerContext } from '../../src/index.ts';

export type ModelJob = {
  readonly id: string;
  readonly queueSeq: number;
  status: JobStatus;
  priority: number;
  version: number;
  attempts: number;
  /** How often the job may be lost before it fails. */
  maxAttempts: number;
  /** The host that renders the job, and whether its lease has run out. */
  running: {
    readonly worker: WorkerContext;
    readonly job: OwnedJob;
    readonly isOver: boolean;
  } | null;
};

/** The expected state of the farm: a list of jobs, and how many lines the acts have written. */
export class QueueModel {
  readonly jobs: ModelJob[] = [];
  /** The number of lines of the audit log. */
  audited = 0;
  /** The number of change rows ever written. */
  changes = 0;

  /** The jobs that wait, in queue order. */
  waiting(): readonly ModelJob[] {
    return this.jobs.filter(({ status }) => status === 'QUEUED').toSorted(compareInQueue);
  }

  /** The matching job at this number, counted in a circle; undefined if no job matches. */
  pick(number: number, isMeant: (job: ModelJob) => boolean = () => true): ModelJob | undefined {
    const meant = this.jobs.filter(isMeant);
    return meant[number % meant.length];
  }

  /** An event of a job: one more version and one more change row. */
  change(job: ModelJob, to: Partial<Omit<ModelJob, 'id' | 'queueSeq'>>): void {
    Object.assign(job, to, { version: job.version + 1 });
    this.changes += 1;
  }
}
