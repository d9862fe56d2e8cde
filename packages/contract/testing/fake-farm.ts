/*
 * The jobs of a farm in memory, changed by the domain's own rules. The fake AdminPort shows them.
 * The test plays the workers (claimNext, progress, acknowledgeStop, …).
 *
 * Long because: its functions share the state of one farm.
 */
import {
  type AttemptOutcome,
  type AuditAction,
  type AuditEntry,
  applyEvent,
  compareInQueue,
  decideAfterLoss,
  deriveCancelReceipt,
  findNoHostOffers,
  type HiddenPlace,
  type Job,
  type JobEvent,
  type Json,
  type MeasuredRow,
  openAttemptsOf,
  PRIORITY,
  type QueueNow,
  queuePosition,
  type Rejection,
  type StopReport,
  type Transfer,
  type TransferView,
  tagsOfNexrenderJob,
  viewTransfer,
} from '@renderdeck/domain';
import { aJob } from '@renderdeck/domain/testing/a-job';
import { NOTHING_TOLD, type ToldProblems } from '../src/hosts/told-problems.ts';
import type {
  JobChangeEvent,
  MeOutput,
  WireAttempt,
  WireHost,
  WireJob,
  WireLogChunk,
  WirePicture,
  WireUsagePoint,
} from '../src/index.ts';
import { wireJob, wireTransfer } from '../src/jobs/wire-job.ts';
import { exampleHost, exampleSize } from '../src/procedures/hosts/list-hosts.ts';
import type { RequestContext } from '../src/router.ts';
import {
  aFakeAttempt,
  aGoodStop,
  endingsOf,
  FAKE_PHASE,
  type FakeAttempt,
  wireFakeAttempt,
} from './fake-attempts.ts';
import { createFakeSignal } from './fake-signal.ts';

export type FakeJob = {
  job: Job;
  nexrenderJob: Json;
  secretPaths: readonly HiddenPlace['path'][];
  host: string | null;
  progress: number;
  timeLeftMs: number | null;
  transfer: TransferView | null;
  /** Oldest first. */
  readonly attempts: FakeAttempt[];
  stopAttemptId: string | null;
  secretsDeletedAt: string | null;
  receiptNumber: number | null;
  rerunOf: string | null;
};
/** A picture of a job. `webp` has its bytes in base64. */
export type FakePicture = WirePicture & { readonly webp: string };
export type FakeFarm = ReturnType<typeof createFakeFarm>;
/** Writes an audit line. */
export type RecordLine = (
  requestContext: RequestContext,
  action: AuditAction,
  line?: Partial<AuditEntry>,
) => void;

/** Long because: its functions share the state of one farm. */
export function createFakeFarm(now: () => Date) {
  const records = new Map<string, FakeJob>();
  const changes: { cursor: string; event: JobChangeEvent }[] = [];
  /** What `me` says of the page and the session. A test sets it. */
  const page: Pick<MeOutput, 'build'> & { sessionEnd: MeOutput['session'] } = {
    build: null,
    sessionEnd: null,
  };
  const hosts: WireHost[] = [aHost('render-01', now()), aHost('render-02', now())];
  const database = { ...exampleSize };
  /** The problems that webhooks were told of. A test sets them. */
  const told: ToldProblems = { ...NOTHING_TOLD };
  const hostChanges: WireHost[] = [];
  /** Measures that a test adds. */
  const measured: MeasuredRow[] = [];
  /** Samples of the queue that a test adds. */
  const sampled: (QueueNow & { readonly at: Date })[] = [];
  const logs = new Map<string, WireLogChunk[]>();
  /** Pictures that a test adds, by job. */
  const pictures = new Map<string, FakePicture[]>();
  /** The bytes of output 1 of attempt 1 that a test adds, by job. */
  const outputs = new Map<string, string>();
  const usages = new Map<string, WireUsagePoint[]>();
  const signal = createFakeSignal();

  const waiting = () =>
    [...records.values()].map(({ job }) => job).filter((job) => job.status === 'QUEUED');
  const wire = (record: FakeJob): WireJob => {
    const { job, progress, stopAttemptId } = record;
    const queued = job.status === 'QUEUED';
    const endings = endingsOf(record.attempts, hosts);
    const receipt = deriveCancelReceipt(job, endings, stopAttemptId);
    return wireJob({
      job,
      position: queued ? queuePosition(job, waiting()) : null,
      progress: queued ? 0 : progress,
      timeLeftMs: job.lease === null ? null : record.timeLeftMs,
      estimate: null,
      transfer: job.status === 'RENDERING' ? record.transfer : null,
      phase: job.lease === null ? null : FAKE_PHASE,
      host: queued ? null : record.host,
      receipt: receipt === null ? null : { ...receipt, number: record.receiptNumber ?? 0 },
      rerunOf: record.rerunOf,
      rerunBy: rerunsOf(job.id),
      openAttempts: openAttemptsOf(endings),
      keptOff: [],
      drainedHosts: null,
      noHostLeft: false,
      noHostOffers: queued
        ? findNoHostOffers(
            job.tags,
            hosts
              .filter(({ gone, released }) => gone === null && released === null)
              .map(({ tags }) => tags),
          )
        : null,
    });
  };
  const rerunsOf = (id: string): string[] =>
    [...records.values()]
      .flatMap((record) => (record.rerunOf === id ? [record.job.id] : []))
      .reverse();
  const publish = (event: JobChangeEvent) => {
    changes.push({ cursor: String(changes.length + 1), event });
    signal.ring();
  };
  const get = (id: string): FakeJob => {
    const record = records.get(id);
    if (record === undefined) throw new Error(`The fake farm has no job ${id}.`);
    return record;
  };
  /** Saves the job and notifies everyone who follows the changes. */
  const save = (record: FakeJob, job: Job, event: string, actor: string) => {
    const previousStatus = record.job === job ? null : record.job.status;
    record.job = job;
    publish({
      type: 'changes',
      changes: [
        {
          at: now().toISOString(),
          event,
          previousStatus,
          actor,
          version: job.version,
          job: wire(record),
        },
      ],
    });
  };
  /** Applies the event by the domain's rules. Gives the rejection if the rules forbid it. */
  const apply = (record: FakeJob, event: JobEvent, actor: string): Rejection | null => {
    const outcome = applyEvent(record.job, event, now());
    if (!outcome.ok) return outcome.rejection;
    // The newest attempt that may still run: it renders, or its host became silent.
    if (event.type === 'requestStop' || event.type === 'cancelQueued') {
      record.stopAttemptId =
        record.attempts.findLast(({ confirmedAt }) => confirmedAt === null)?.id ?? null;
      record.receiptNumber = 1 + [...records.values()].filter((one) => one.receiptNumber).length;
    }
    save(record, outcome.job, event.type, actor);
    return null;
  };
  const latestOf = (record: FakeJob): FakeAttempt => {
    const latest = record.attempts.at(-1);
    if (latest === undefined) throw new Error(`No host has claimed ${record.job.id}.`);
    return latest;
  };
  /** Ends the latest attempt. `facts` are what its host proves; empty if the host is silent. */
  const end = (id: string, outcome: AttemptOutcome, facts: Partial<FakeAttempt>) => {
    const record = get(id);
    Object.assign(latestOf(record), { outcome, endedAt: now(), ...facts });
    const { output } = facts;
    if (output !== undefined) record.job = { ...record.job, output };
  };
  /**
   * Notifies everyone who follows the hosts: a lost or proven attempt changes the count of its
   * host.
   */
  const tellHost = (name: string) => {
    hostChanges.push(...hosts.filter((host) => host.name === name));
    signal.ring();
  };
  const changeHost = (name: string, change: Partial<WireHost>) => {
    const index = hosts.findIndex((host) => host.name === name);
    const host = hosts[index];
    if (host === undefined) throw new Error(`The fake farm has no host ${name}.`);
    hosts[index] = { ...host, ...change };
    tellHost(name);
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
    page,
    hosts,
    database,
    told,
    hostChanges,
    measured,
    sampled,
    tellHost,
    signal,
    waiting,
    wire,
    save,
    apply,
    publish,
    /** The log of all attempts. A test adds chunks in order. */
    logOf: (id: string): WireLogChunk[] => {
      const log = logs.get(id) ?? [];
      logs.set(id, log);
      return log;
    },
    pictures,
    outputs,
    /** The usage of the newest attempt. A test adds points in order. */
    usageOf: (id: string): WireUsagePoint[] => {
      const usage = usages.get(id) ?? [];
      usages.set(id, usage);
      return usage;
    },
    attemptsOf: ({ job, attempts, progress }: FakeJob): WireAttempt[] =>
      attempts.map((attempt) => wireFakeAttempt(attempt, job, progress)).reverse(),
    /** Puts a job into the queue. */
    submit(
      name: string,
      submittedBy: string,
      priority: number = PRIORITY.default,
      nexrenderJob: Json = {},
      rerunOf: string | null = null,
    ): WireJob {
      const job = aJob('QUEUED', {
        ...{ id: crypto.randomUUID(), name, priority, submittedBy, createdAt: now() },
        ...{ template: templateOf(nexrenderJob), tags: tagsOfNexrenderJob(nexrenderJob) },
        ...{ queueSeq: records.size + 1, version: 1 },
      });
      const record: FakeJob = {
        ...{ job, nexrenderJob, secretPaths: [], host: null, progress: 0, timeLeftMs: null },
        ...{ transfer: null, attempts: [], stopAttemptId: null, secretsDeletedAt: null },
        ...{ receiptNumber: null, rerunOf },
      };
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
      record.timeLeftMs = null;
      record.transfer = null;
      const lease = {
        attemptId: crypto.randomUUID(),
        host,
        expiresAt: new Date(now().getTime() + 30_000),
      };
      const number = record.attempts.length + 1;
      record.attempts.push(aFakeAttempt(lease.attemptId, number, host, now()));
      return byWorker(next.id, () => ({ type: 'claim', lease }));
    },
    /** The host reports its progress in percent; the server adds the time left. */
    progress(
      id: string,
      progress: number,
      timeLeftMs: number | null = null,
      reported: Transfer | null = null,
    ): void {
      const transfer =
        reported === null ? null : viewTransfer(reported, { reportedAt: now(), ageMs: 0 });
      Object.assign(get(id), { progress, timeLeftMs, transfer });
      const job = { id, progress, timeLeftMs };
      const wire = transfer === null ? null : wireTransfer(transfer);
      publish({
        type: 'progress',
        at: now().toISOString(),
        jobs: [{ ...job, transfer: wire }],
      });
    },
    /** The host passes the publish gate. */
    passGate(id: string): void {
      const record = get(id);
      record.job = { ...record.job, output: 'maybe' };
      latestOf(record).output = 'maybe';
    },
    /** The host proves that nothing of the job runs, and reports its files. */
    acknowledgeStop(id: string, reports = aGoodStop(now())): WireJob {
      end(id, 'stopped', { deliveredAt: now(), ...reports, confirmedAt: now() });
      return byWorker(id, (attemptId) => ({
        type: 'acknowledgeStop',
        attemptId,
        survivors: reports.stopReport.survivors.length,
      }));
    },
    /** The host reports that these processes could not be killed: the job stays CANCELLING. */
    reportSurvivors(id: string, survivors: StopReport['survivors']): void {
      const record = get(id);
      const stopReport = {
        ...aGoodStop(now()).stopReport,
        proof: null,
        timeToDeadMs: null,
        survivors,
      };
      Object.assign(latestOf(record), { deliveredAt: now(), stopReport });
      save(
        record,
        { ...record.job, version: record.job.version + 1 },
        'stopReport',
        record.host ?? '',
      );
    },
    /** The host of that name is no longer heard. */
    silence: (name: string): void => changeHost(name, { state: 'silent' }),
    /** The host is heard again. This ends a declaration or hand-over by an admin. */
    hear: (name: string): void => changeHost(name, { state: 'idle', gone: null, released: null }),
    /** The host answers a request to check itself: it can render. */
    answerCheck(name: string): void {
      const parts = [{ name: 'render', ok: true, sentence: 'It rendered a frame.' }];
      const check = { at: now().toISOString(), held: true, parts };
      changeHost(name, { check, checkAsked: null });
    },
    /** The lease of a running job runs out. Its attempt may still run on the silent host. */
    loseHost(id: string): WireJob {
      const event = decideAfterLoss(
        get(id).job,
        { allPublished: false },
        'Its host was not heard.',
      );
      if (event === null) throw new Error('Nothing of it runs.');
      end(id, 'lost', {});
      tellHost(get(id).host ?? '');
      return byWorker(id, () => event);
    },
    /** The host of a lost attempt is back and proves that no process of the attempt runs. */
    proveLost(id: string, number: number): WireJob {
      const record = get(id);
      const lost = record.attempts.find((attempt) => attempt.number === number);
      if (lost === undefined) throw new Error(`There is no attempt ${number}.`);
      Object.assign(lost, { ...aGoodStop(now()), confirmedAt: now() });
      tellHost(lost.host);
      save(record, { ...record.job, version: record.job.version + 1 }, 'confirmStop', lost.host);
      return wire(record);
    },
    complete(id: string): WireJob {
      end(id, 'completed', { output: 'published', confirmedAt: now() });
      return byWorker(id, (attemptId) => ({ type: 'complete', attemptId }));
    },
    /** The job passed the gate and ended before the stop request reached its host. */
    finishFirst(id: string): WireJob {
      end(id, 'completed', { output: 'published', confirmedAt: now() });
      return byWorker(id, (attemptId) => ({ type: 'finishFirst', attemptId, signalled: false }));
    },
    fail(id: string, failure: string): WireJob {
      end(id, 'failed', { confirmedAt: now() });
      return byWorker(id, (attemptId) => ({ type: 'fail', attemptId, failure }));
    },
  };
}

function aHost(name: string, at: Date): WireHost {
  return {
    ...exampleHost,
    ...{ name, state: 'idle', jobs: [], tags: [], hostId: crypto.randomUUID() },
    ...{ lastHeardAt: at.toISOString(), bootedAt: at.toISOString() },
    ...{ renderer: 'aerender stand-in', standIn: true, container: 'subreaper' },
    ...{ renderUser: null, databaseLogin: null, cpuCores: 8, memoryBytes: 32e9 },
    ...{ check: null, preparation: null, killTest: null },
    today: { done: 0, failed: 0, stopped: 0 },
  };
}

/** The file name of the template, if the job has one. */
function templateOf(nexrenderJob: Json): string | null {
  const src = /"src":"([^"]*)"/.exec(JSON.stringify(nexrenderJob))?.[1];
  return src?.split('/').at(-1) ?? null;
}
