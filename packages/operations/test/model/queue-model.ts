import { compareInQueue, type JobStatus } from '@renderdeck/domain';
import type { OwnedJob, WorkerContext } from '../../src/index.ts';

export type ModelJob = {
  readonly id: string;
  readonly queueSeq: number;
  status: JobStatus;
  priority: number;
  version: number;
  attempts: number;
  /** How often it may be lost before it fails. */
  maxAttempts: number;
  /** Who renders it, and whether its lease is over. */
  running: {
    readonly worker: WorkerContext;
    readonly job: OwnedJob;
    readonly isOver: boolean;
  } | null;
};

/** What the farm should be: a list of jobs, and how many lines its acts have written. */
export class QueueModel {
  readonly jobs: ModelJob[] = [];
  /** Lines of the audit log. */
  audited = 0;
  /** Change rows that were ever written. */
  changes = 0;

  /** The jobs that wait, in their order. */
  waiting(): readonly ModelJob[] {
    return this.jobs.filter(({ status }) => status === 'QUEUED').toSorted(compareInQueue);
  }

  /** The job with this number, counted around; undefined where there is none. */
  pick(number: number, isMeant: (job: ModelJob) => boolean = () => true): ModelJob | undefined {
    const meant = this.jobs.filter(isMeant);
    return meant[number % meant.length];
  }

  /** An event of a job: one more version, one more change row. */
  change(job: ModelJob, to: Partial<Omit<ModelJob, 'id' | 'queueSeq'>>): void {
    Object.assign(job, to, { version: job.version + 1 });
    this.changes += 1;
  }
}
