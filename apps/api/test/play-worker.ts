import * as operations from '@renderdeck/operations';
import { aWorker } from '@renderdeck/operations/testing';

type Db = operations.WorkerContext['db'];

/**
 * A render host without processes: it claims jobs and reports what a real host reports. It offers
 * the tag that some jobs of the tests need.
 */
export function playWorker(db: Db) {
  const context = aWorker(db);
  const reports = reportsAt(new Date().toISOString());
  const held = new Map<string, operations.OwnedJob>();
  const own = (id: string): operations.OwnedJob => {
    const job = held.get(id);
    if (job === undefined) throw new Error(`The host has no job ${id}.`);
    return job;
  };
  const finish = (id: string, end: { kind: 'completed' } | { kind: 'failed'; failure: string }) =>
    operations.finishAttempt(context, { attempt: own(id), end, signalled: false, reports });
  return {
    context,
    reports,
    async claim(): Promise<operations.OwnedJob> {
      const claimed = await operations.claimJob(context, { leaseMs: 600_000, tags: ['night'] });
      if (!claimed.ok) throw new Error('No job is queued.');
      const { job } = claimed;
      held.set(job.jobId, job);
      return job;
    },
    /** Passes both publish gates, so the output may be out. */
    async passGate(id: string) {
      const passed = await operations.passPublishGate(context, own(id));
      return passed.ok
        ? await operations.allowPublish(context, { attempt: own(id), warning: null })
        : passed;
    },
    acknowledge: (id: string) => operations.acknowledgeStop(context, { attempt: own(id), reports }),
    complete: (id: string) => finish(id, { kind: 'completed' }),
    fail: (id: string, failure: string) => finish(id, { kind: 'failed', failure }),
    progress(id: string, percent: number) {
      const { attemptId } = own(id);
      return operations.recordProgress(context, {
        progress: [
          { attemptId, phase: 'rendering', percent, frame: null, totalFrames: null, steps: [] },
        ],
      });
    },
  };
}

function reportsAt(at: string): operations.Reports {
  return {
    stopReport: {
      processes: [
        {
          pid: 4100,
          name: 'nexrender',
          parentPid: 4000,
          startedAt: at,
          endedBy: 'SIGTERM',
          endedAt: at,
        },
      ],
      proof: 'kernel',
      survivors: [],
      timeToDeadMs: 41,
    },
    removalReport: { files: 12, bytes: 48_000, leftovers: [], timeToCleanMs: 9 },
    deadMsAgo: 0,
    output: 'none',
  };
}

/** A render host registers with the farm. */
export function registerTestHost(db: Db, host: string) {
  const facts = {
    bootId: 'boot',
    pid: 1,
    startToken: '1',
    slots: 1,
    version: '0.1.0',
    platform: 'linux x64',
    renderer: 'aerender 25.0',
    standIn: false,
    container: 'cgroup',
    leaseMs: 30_000,
  };
  const isRunning = async () => false;
  return operations.registerHost(aWorker(db, host), { facts, uptimeMs: 0, isRunning });
}
