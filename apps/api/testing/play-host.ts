import * as operations from '@renderdeck/operations';
import {
  asking,
  aWorker,
  LEASE_MS,
  recordProgress,
  recoverExpired,
} from '@renderdeck/operations/testing';
import { waitFor } from '@renderdeck/testing';
import type { Sql } from '@renderdeck/testing/open-sql';

type Transfer = NonNullable<operations.AttemptNews['progress']>['transfer'];

/**
 * The render host `render-01` without processes: it claims jobs and reports what a real host
 * reports. It offers the tag that some jobs of the tests need. A lease runs out at once when the
 * host is lost. Long because: its functions share one host.
 */
export function playHost(db: operations.WorkerContext['db'], sql: Sql) {
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
      const claimed = await operations.claimJob(context, { leaseMs: LEASE_MS, tags: ['night'] });
      if (!claimed.ok) throw new Error('No job is queued.');
      const { job } = claimed;
      held.set(job.jobId, job);
      return job;
    },
    /** Passes both publish gates, so the output may be out. */
    async passGate(id: string) {
      const passed = await operations.passPublishGate(context, own(id));
      return passed.ok ? await operations.allowPublish(context, asking(own(id))) : passed;
    },
    /** Proves that nothing of the job runs: three processes have ended. */
    acknowledge: (id: string) => operations.acknowledgeStop(context, { attempt: own(id), reports }),
    complete: (id: string) => finish(id, { kind: 'completed' }),
    fail: (id: string, failure: string) => finish(id, { kind: 'failed', failure }),
    progress(id: string, percent: number, transfer?: Transfer) {
      const { attemptId } = own(id);
      const phase = transfer === undefined ? 'rendering' : 'downloading';
      const frames = { frame: null, totalFrames: null, steps: [] };
      return recordProgress(context, {
        progress: [{ attemptId, phase, percent, ...frames, transfer }],
      });
    },
    /** Resolves once an admin has asked to stop the job. */
    untilAsked: (id: string) =>
      waitFor(
        async () => (await sql`select 1 from jobs where id = ${id} and status = 'CANCELLING'`)[0],
        { what: 'the stop request' },
      ),
    /** Says that these processes could not be killed: the job stays CANCELLING. */
    async reportSurvivors(
      id: string,
      survivors: operations.Reports['stopReport']['survivors'],
    ): Promise<void> {
      const stopReport = { ...reports.stopReport, proof: null, timeToDeadMs: null };
      await operations.reportStop(context, {
        attempt: own(id),
        stopReport: { ...stopReport, survivors: [...survivors] },
      });
    },
    /** Answers the request of an admin: it can render. */
    async answerCheck(): Promise<void> {
      const askedAt = await waitFor(() => operations.findCheckAsked(db, context.workerId), {
        what: 'the request to check itself',
      });
      const items = [{ name: 'render', ok: true, sentence: 'It rendered a frame.' }];
      await operations.recordHostCheck(context, { items, ranMs: 0, askedAt });
    },
    /** Has been silent for an hour. */
    silence: () => sql`
      update render_hosts set last_heard_at = clock_timestamp() - interval '1 hour'
      where name = ${context.host}`,
    /** Is back, and proves that nothing of its attempt runs. */
    prove: (id: string) => operations.reportOrphan(context, { attempt: own(id), reports }),
    /** Falls silent until the lease of the job is over. */
    async lose(id: string): Promise<void> {
      await sql`update jobs set lease_ms = 0 where id = ${id}`;
      await recoverExpired({ db }, { actor: 'api' });
    },
  };
}

/** The three processes of a render, each ended by SIGTERM. */
function reportsAt(at: string): operations.Reports {
  const ended = (pid: number, name: string, parentPid: number) =>
    ({ pid, name, parentPid, startedAt: at, endedBy: 'SIGTERM', endedAt: at }) as const;
  return {
    stopReport: {
      processes: [
        ended(4100, 'nexrender', 4000),
        ended(4101, 'aerender', 4100),
        ended(4102, 'AfterFX', 4101),
      ],
      proof: 'kernel',
      survivors: [],
      timeToDeadMs: 41,
    },
    removalReport: { files: 12, bytes: 48_000, leftovers: [], timeToCleanMs: 9 },
    deadMsAgo: 0,
    output: 'none',
    publications: null,
  };
}
