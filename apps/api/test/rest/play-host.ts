import * as operations from '@renderdeck/operations';
import { aWorker, HOST_FACTS, recoverExpired } from '@renderdeck/operations/testing';
import { waitFor } from '@renderdeck/testing';
import type { TestFarm } from '../serve-api.ts';

/**
 * The host `render-01`, played by the test, and a lease that runs out at once when it is lost.
 * Long because: its functions share one host.
 */
export function playHost({ worker, sql, db }: TestFarm) {
  const signOn = (context: operations.WorkerContext, tags: string[]) =>
    operations.registerHost(context, {
      facts: { ...HOST_FACTS, slots: 1, renderer: 'aerender stand-in', standIn: true, tags },
      uptimeMs: 0,
      isRunning: async () => false,
    });
  const reports = withProcesses(worker.reports);
  async function attemptOf(id: string): Promise<operations.Attempt> {
    const [row] = await sql<{ attemptId: string }[]>`
      select attempt_id as "attemptId" from jobs where id = ${id}`;
    return { jobId: id, attemptId: row?.attemptId ?? '' };
  }
  return {
    ...worker,
    signOn: (name?: string, tags: string[] = []) =>
      signOn(name === undefined ? worker.context : aWorker(db, name), tags),
    /** Claims the next job of the queue; gives its id. */
    claimNext: async (): Promise<string> => (await worker.claim()).jobId,
    /** Proves that nothing of the job runs: three processes have ended. */
    acknowledge: async (id: string) =>
      await operations.acknowledgeStop(worker.context, { attempt: await attemptOf(id), reports }),
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
      const stopReport = { ...worker.reports.stopReport, proof: null, timeToDeadMs: null };
      await operations.reportStop(worker.context, {
        attempt: await attemptOf(id),
        stopReport: { ...stopReport, survivors: [...survivors] },
      });
    },
    /** Answers the request of an admin: it can render. */
    async answerCheck(): Promise<void> {
      const { context } = worker;
      const askedAt = await waitFor(() => operations.findCheckAsked(db, context.workerId), {
        what: 'the request to check itself',
      });
      const checks = [{ name: 'render', ok: true, sentence: 'It rendered a frame.' }];
      await operations.recordHostCheck(context, { checks, ranMs: 0, askedAt });
    },
    /** Has been silent for an hour. */
    silence: () => sql`
      update render_hosts set last_heard_at = clock_timestamp() - interval '1 hour'
      where name = 'render-01'`,
    /** Is back, and proves that nothing of its attempt runs. */
    prove: async (id: string) =>
      await operations.reportOrphan(worker.context, { attempt: await attemptOf(id), reports }),
    /** Falls silent until the lease of the job is over. */
    async lose(id: string): Promise<void> {
      await sql`update jobs set lease_ms = 0
        where id = ${id}`;
      await recoverExpired({ db }, { actor: 'api' });
    },
  };
}

/** The reports with the three processes of a render, each ended by SIGTERM. */
function withProcesses(reports: operations.Reports): operations.Reports {
  const at = new Date().toISOString();
  const ended = (pid: number, name: string, parentPid: number) =>
    ({ pid, name, parentPid, startedAt: at, endedBy: 'SIGTERM', endedAt: at }) as const;
  const processes = [
    ended(4100, 'nexrender', 4000),
    ended(4101, 'aerender', 4100),
    ended(4102, 'AfterFX', 4101),
  ];
  return { ...reports, stopReport: { ...reports.stopReport, processes } };
}
