/*
 * The jobs of a farm in memory, moved by the domain's own rules. The fake AdminPort shows them; the
 * test plays the workers (claimNext, progress, acknowledgeStop, …).
 *
 * Long because: its functions share the state of one farm.
 */
import {
  applyEvent,
  compareInQueue,
  deriveCancelReceipt,
  type Job,
  type JobEvent,
  type Json,
  MAX_ATTEMPTS,
  PRIORITY,
  queuePosition,
  type Rejection,
  type RemovalReport,
  type StoppedAttempt,
  type StopReport,
} from '@renderdeck/domain';
import type { JobChangeEvent, WireAttempt, WireHost, WireJob, WireLogChunk } from '../src/index.ts';
import { wireJob } from '../src/jobs/wire-job.ts';
import { createFakeSignal } from './fake-signal.ts';

export type FakeJob = {
  job: Job;
  nexrenderJob: Json;
  host: string | null;
  progress: number;
  /** What the host said of the attempt that was asked to stop. */
  stopped: StoppedAttempt | null;
};
export type FakeFarm = ReturnType<typeof createFakeFarm>;

/** A good stop: three processes ended by SIGTERM, proven by the kernel, and all files removed. */
function aGoodStop(at: Date): { stopReport: StopReport; removalReport: RemovalReport } {
  const ended = (pid: number, name: string, parentPid: number) =>
    ({
      pid,
      name,
      parentPid,
      startedAt: at.toISOString(),
      endedBy: 'SIGTERM',
      endedAt: at.toISOString(),
    }) as const;
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
    removalReport: { files: 12, bytes: 48_000_000, leftovers: [], timeToCleanMs: 9 },
  };
}

/** Long because: its functions share the state of one farm. */
export function createFakeFarm(now: () => Date) {
  const records = new Map<string, FakeJob>();
  const changes: { cursor: string; event: JobChangeEvent }[] = [];
  const hosts: WireHost[] = [aHost('render-01', now()), aHost('render-02', now())];
  const hostChanges: WireHost[] = [];
  const logs = new Map<string, WireLogChunk[]>();
  const signal = createFakeSignal();

  const waiting = () =>
    [...records.values()].map(({ job }) => job).filter((job) => job.status === 'QUEUED');
  const wire = (record: FakeJob): WireJob => {
    const { job, host, progress, stopped } = record;
    const position = job.status === 'QUEUED' ? queuePosition(job, waiting()) : null;
    return wireJob({ job, position, progress, host, receipt: deriveCancelReceipt(job, stopped) });
  };
  const publish = (event: JobChangeEvent) => {
    changes.push({ cursor: String(changes.length + 1), event });
    signal.ring();
  };
  const get = (id: string): FakeJob => {
    const record = records.get(id);
    if (record === undefined) throw new Error(`The fake farm has no job ${id}.`);
    return record;
  };
  /** Saves the job as it is now and tells everyone who watches. */
  const save = (record: FakeJob, job: Job, event: string, actor: string) => {
    const previousStatus = record.job === job ? null : record.job.status;
    record.job = job;
    publish({
      type: 'change',
      at: now().toISOString(),
      event,
      previousStatus,
      actor,
      version: job.version,
      job: wire(record),
    });
  };
  /** Moves the job by the rules; gives the rejection of a move that they forbid. */
  const apply = (record: FakeJob, event: JobEvent, actor: string): Rejection | null => {
    const outcome = applyEvent(record.job, event, now());
    if (!outcome.ok) return outcome.rejection;
    if (event.type === 'requestStop') {
      record.stopped = {
        host: record.host ?? '',
        deliveredAt: null,
        stopReport: null,
        removalReport: null,
        confirmedAt: null,
      };
    }
    save(record, outcome.job, event.type, actor);
    return null;
  };
  const byWorker = (id: string, event: (attemptId: string) => JobEvent) => {
    const record = get(id);
    const rejection = apply(record, event(record.job.lease?.attemptId ?? ''), record.host ?? '');
    if (rejection !== null) throw new Error(`The rules forbid it: ${rejection.code}.`);
    return wire(record);
  };

  return {
    records,
    changes,
    hosts,
    hostChanges,
    signal,
    waiting,
    wire,
    save,
    apply,
    publish,
    logOf: (id: string): WireLogChunk[] => {
      const log = logs.get(id) ?? [];
      logs.set(id, log);
      return log;
    },
    attemptsOf: ({ job, host, progress }: FakeJob): WireAttempt[] =>
      host === null || job.startedAt === null
        ? []
        : [
            {
              id: job.lease?.attemptId ?? job.id,
              number: job.attempts,
              host,
              outcome: null,
              phase: 'render',
              progress,
              frame: null,
              totalFrames: null,
              output: job.output,
              startedAt: job.startedAt.toISOString(),
              endedAt: iso(job.endedAt),
              processes: [],
              usage: [],
            },
          ],
    /** Puts a job into the queue. */
    submit(
      name: string,
      submittedBy: string,
      priority: number = PRIORITY.default,
      nexrenderJob: Json = {},
    ): WireJob {
      const job: Job = {
        id: crypto.randomUUID(),
        name,
        status: 'QUEUED',
        priority,
        queueSeq: records.size + 1,
        version: 1,
        submittedBy,
        createdAt: now(),
        startedAt: null,
        endedAt: null,
        attempts: 0,
        maxAttempts: MAX_ATTEMPTS,
        lease: null,
        output: 'none',
        stopRequest: null,
        failure: null,
      };
      const record: FakeJob = { job, nexrenderJob, host: null, progress: 0, stopped: null };
      records.set(job.id, record);
      save(record, job, 'submit', submittedBy);
      return wire(record);
    },
    /** The host claims the job that is next in the queue. */
    claimNext(host = 'render-01'): WireJob {
      const [next] = waiting().sort(compareInQueue);
      if (next === undefined) throw new Error('Nothing waits.');
      const record = get(next.id);
      record.host = host;
      record.progress = 0;
      const lease = {
        attemptId: crypto.randomUUID(),
        host,
        expiresAt: new Date(now().getTime() + 30_000),
      };
      return byWorker(next.id, () => ({ type: 'claim', lease }));
    },
    /** The host tells how far it is, in percent. */
    progress(id: string, progress: number): void {
      get(id).progress = progress;
      publish({ type: 'progress', at: now().toISOString(), jobs: [{ id, progress }] });
    },
    /** The host passes the publish gate. */
    passGate(id: string): void {
      const record = get(id);
      record.job = { ...record.job, output: 'maybe' };
    },
    /** The host proves that nothing of the job runs, and reports its files. */
    acknowledgeStop(id: string, reports = aGoodStop(now())): WireJob {
      const record = get(id);
      record.stopped = {
        host: record.host ?? '',
        deliveredAt: now(),
        ...reports,
        confirmedAt: now(),
      };
      return byWorker(id, (attemptId) => ({
        type: 'acknowledgeStop',
        attemptId,
        survivors: reports.stopReport.survivors.length,
      }));
    },
    /** The host says that these processes could not be killed: the job stays CANCELLING. */
    reportSurvivors(id: string, survivors: StopReport['survivors']): void {
      const record = get(id);
      const stopReport = {
        ...aGoodStop(now()).stopReport,
        proof: null,
        timeToDeadMs: null,
        survivors,
      };
      record.stopped = {
        host: record.host ?? '',
        deliveredAt: now(),
        stopReport,
        removalReport: null,
        confirmedAt: null,
      };
      save(
        record,
        { ...record.job, version: record.job.version + 1 },
        'stopReport',
        record.host ?? '',
      );
    },
    /** The lease of a job that was asked to stop runs out. */
    loseHost: (id: string): WireJob =>
      byWorker(id, (attemptId) => ({ type: 'hostLost', attemptId })),
    complete: (id: string): WireJob =>
      byWorker(id, (attemptId) => ({ type: 'complete', attemptId })),
    /** The job had passed the gate and ended well before the stop request reached it. */
    finishFirst: (id: string): WireJob =>
      byWorker(id, (attemptId) => ({ type: 'finishFirst', attemptId, signalled: false })),
    fail: (id: string, failure: string): WireJob =>
      byWorker(id, (attemptId) => ({ type: 'fail', attemptId, failure })),
  };
}

function aHost(name: string, at: Date): WireHost {
  const renderer = {
    renderer: 'aerender stand-in',
    standIn: true,
    container: 'subreaper',
    platform: 'linux',
    version: '0.1.0',
  };
  const condition = { trouble: null, freeBytes: 120e9, leftoverFolders: 0, unclaimedProcesses: 0 };
  return {
    name,
    state: 'idle',
    jobs: [],
    lastHeardAt: at.toISOString(),
    slots: 1,
    ...renderer,
    ...condition,
  };
}

function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
