/**
 * A farm's database for one test file, and what stands in it, valid by construction: every fixture is made through the operations that make
 * it in production. `farm.trace(act)` runs an act and tells all that it left behind: audit lines, changes, wakes.
 */
import { randomUUID } from 'node:crypto';
import type { RemovalReport, Role, StopReport } from '@renderdeck/domain';
import {
  type AdminContext,
  cancelJob,
  claimJob,
  createUser,
  finishAttempt,
  type HostState,
  type JobView,
  login,
  type OwnedJob,
  passPublishGate,
  type Reports,
  type RequestContext,
  registerHost,
  submitJob,
  type WorkerContext,
} from '@renderdeck/operations';
import {
  ACCESS_CHANNEL,
  type Database,
  HOSTS_CHANNEL,
  JOBS_CHANNEL,
  LOGS_CHANNEL,
  QUEUE_CHANNEL,
  workerChannel,
} from '@renderdeck/store';
import { connect } from '@renderdeck/store/connect';
import postgres from 'postgres';
import { afterAll, afterEach, expect } from 'vitest';
import { testDatabase } from './database.ts';
import { expectDone } from './expect-done.ts';
import { waitFor } from './wait-for.ts';

export const REQUEST_CONTEXT = {
  actor: { kind: 'user', id: '0198a000-0000-7000-8000-000000000001', name: 'ada', role: 'admin' },
  channel: 'trpc',
  address: '192.0.2.7',
  requestId: 'req-1',
} as const satisfies RequestContext;

/** A change row, the parts a test reads; queue keys as whether there is one. */
export type ChangeLine = {
  readonly jobId: string;
  readonly version: number;
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly left: boolean;
  readonly entered: boolean;
};
export type Trace<Result> = {
  readonly result: Result;
  readonly audit: readonly Readonly<Record<string, unknown>>[];
  readonly changes: readonly ChangeLine[];
  /** Each wake as `channel` or `channel payload`, in the order heard, channels without their prefix. */
  readonly wakes: readonly string[];
};
export type Farm = Awaited<ReturnType<typeof aFarm>>;

/** An empty, migrated farm of the calling test file: sound after each of its tests, closed after the last. */
export async function aFarm() {
  const database = await testDatabase();
  const store = connect(database.url, { name: 'farm', poolSize: 10 });
  const look = postgres(database.url, { max: 1, onnotice: () => undefined });
  const listener = store.listener((error) => {
    throw error;
  });
  const wakes: string[] = [];
  const hear = (channel: string) =>
    listener.subscribe(channel, (payload) =>
      wakes.push(`${channel.replace('renderdeck_', '')} ${payload}`.trim()),
    );
  for (const channel of [
    JOBS_CHANNEL,
    QUEUE_CHANNEL,
    HOSTS_CHANNEL,
    ACCESS_CHANNEL,
    LOGS_CHANNEL,
    'until_here',
  ])
    await hear(channel);

  /** Everything that was notified before is heard after it: one connection, commit order. */
  async function wakesSoFar(): Promise<string[]> {
    const mark = `until_here ${randomUUID()}`;
    await look`select pg_notify('until_here', ${mark.slice(11)})`;
    await waitFor(() => wakes.includes(mark), { what: 'the wakes so far' });
    return wakes.filter((wake) => !wake.startsWith('until_here '));
  }

  async function trace<Result>(act: () => Promise<Result>): Promise<Trace<Result>> {
    const [{ audits, changed } = { audits: '0', changed: '0' }] = await look<
      { audits: string; changed: string }[]
    >`
      select (select coalesce(max(id), 0) from audit_log) as audits, (select coalesce(max(id), 0) from job_changes) as changed`;
    const heard = (await wakesSoFar()).length;
    const result = await act();
    const audit = await look`
      select actor_kind as "actorKind", actor, channel, address, request_id as "requestId", action, outcome, code, job_id as "jobId", reason, before, after
      from audit_log where id > ${audits} order by id`;
    const changes = await look<ChangeLine[]>`
      select job_id as "jobId", version, event, status_before as from, status_after as to, actor, facts,
        q_from is not null as left, q_to is not null as entered
      from job_changes where id > ${changed} order by id`;
    return {
      result,
      audit: [...audit],
      changes: [...changes],
      wakes: (await wakesSoFar()).slice(heard),
    };
  }

  /** What holds at every moment: the deltas sum up to the queue, and each job's versions are counted without a hole, the last its own. */
  async function findUnsound(): Promise<readonly unknown[]> {
    return await look`
      select 'the deltas differ from the queue' as what, null::uuid as job from job_changes
      having count(q_to) - count(q_from) <> (select count(*) from jobs where queue_key is not null)
        or sum(coalesce(q_to, 0) - coalesce(q_from, 0)) <> (select coalesce(sum(queue_key), 0) from jobs where queue_key is not null)
      union all
      select 'the versions have a hole', j.id from jobs j left join job_changes c on c.job_id = j.id
      group by j.id having count(c.id) <> j.version or max(c.version) <> j.version or count(distinct c.version) <> j.version`;
  }

  afterEach(async () => expect(await findUnsound()).toEqual([]));
  afterAll(async () => {
    await store.close();
    await look.end();
    await database.drop();
  });

  return {
    db: store.db,
    look,
    trace,
    admin: aRequestContext(store.db),
    async worker(host = 'render-01', leaseMs = 30_000): Promise<WorkerContext> {
      const worker = { db: store.db, host, workerId: randomUUID() };
      await hear(workerChannel(worker.workerId));
      await registerHost(worker, { facts: { ...HOST_FACTS, leaseMs }, isAlive: async () => false });
      return worker;
    },
  };
}

export const HOST_FACTS = {
  bootId: 'boot-1',
  pid: 4711,
  startToken: '77',
  slots: 2,
  version: '0.1.0',
  platform: 'linux x64',
  renderer: 'aerender 25.0',
  standIn: false,
  container: 'cgroup',
  leaseMs: 30_000,
} as const;

/** A host that takes jobs and has nothing to say of itself. */
export const WELL = {
  draining: false,
  problem: null,
  freeBytes: null,
  leftoverFolders: 0,
  unclaimedProcesses: 0,
} as const satisfies HostState;

/** Who acts, on a database or inside a held transaction; the fixtures' admin unless named. */
export function aRequestContext(
  db: Database,
  name: string = REQUEST_CONTEXT.actor.name,
  role: Role = 'admin',
): AdminContext {
  return {
    db,
    requestContext: { ...REQUEST_CONTEXT, actor: { ...REQUEST_CONTEXT.actor, name, role } },
    newId: randomUUID,
  };
}

/** The same requestContext or worker, acting inside a held transaction. */
export function within<Context extends { readonly db: Database }>(
  tx: Database,
  context: Context,
): Context {
  return { ...context, db: tx };
}

export const NEXRENDER_JOB = {
  template: { src: 'file:///farm/intro.aep', composition: 'main' },
  assets: [],
} as const;

export type JobWish = {
  readonly name?: string;
  readonly priority?: number;
  readonly nexrenderJob?: unknown;
  readonly by?: string;
};

export async function aQueuedJob(farm: Farm, wish: JobWish = {}): Promise<JobView> {
  const { name = 'Intro', priority = 50, nexrenderJob = NEXRENDER_JOB, by = 'sam' } = wish;
  const submission = { name, priority, nexrenderJob, limits: {} };
  const context = aRequestContext(farm.db, by, 'submitter');
  return expectDone(await submitJob(context, submission)).view;
}

export type RunningJob = OwnedJob & { readonly id: string; readonly worker: WorkerContext };
export type RunWish = JobWish & { readonly worker?: WorkerContext; readonly leaseMs?: number };

/** A job that a worker holds, with attempt, lease and host; whatever else waits goes on waiting. */
export async function aRunningJob(farm: Farm, wish: RunWish = {}): Promise<RunningJob> {
  const { job } = await aQueuedJob(farm, wish);
  return await claimAgain(farm, job.id, wish);
}

/** Claims this very job: the others are locked meanwhile, and a claim skips what is locked. */
export async function claimAgain(farm: Farm, id: string, wish: RunWish = {}): Promise<RunningJob> {
  const worker = wish.worker ?? (await farm.worker());
  const claimed = await farm.look.begin(async (tx) => {
    await tx`select id from jobs where queue_key is not null and id <> ${id} order by id for update`;
    return await claimJob(worker, { leaseMs: wish.leaseMs ?? 30_000 });
  });
  if (!claimed.ok || claimed.job.jobId !== id) throw new Error(`job ${id} could not be claimed`);
  return { ...claimed.job, id, worker };
}

/** A running job whose worker was not heard until its lease ran out. */
export async function anExpiredJob(farm: Farm, wish: RunWish = {}): Promise<RunningJob> {
  return await aRunningJob(farm, { ...wish, leaseMs: 0 });
}

/** A running job past the publish gate. */
export async function aPublishingJob(farm: Farm, wish: RunWish = {}): Promise<RunningJob> {
  const running = await aRunningJob(farm, wish);
  if (!(await passPublishGate(running.worker, attemptOf(running))).ok)
    throw new Error(`job ${running.id} did not pass the gate`);
  return running;
}

/** A running job that the fixtures' admin asked to stop. */
export async function aCancellingJob(farm: Farm, wish: RunWish = {}): Promise<RunningJob> {
  const running = await aRunningJob(farm, wish);
  await cancelJob(farm.admin, { id: running.id, reason: 'wrong colours' });
  return running;
}

export async function aCompletedJob(farm: Farm, wish: RunWish = {}): Promise<RunningJob> {
  const running = await aPublishingJob(farm, wish);
  await finishAttempt(running.worker, {
    attempt: attemptOf(running),
    end: { kind: 'completed' },
    signalled: false,
    reports: reports(),
  });
  return running;
}

export async function aFailedJob(farm: Farm, wish: RunWish = {}): Promise<RunningJob> {
  const running = await aRunningJob(farm, wish);
  await finishAttempt(running.worker, {
    attempt: attemptOf(running),
    end: { kind: 'failed', failure: 'aerender failed.' },
    signalled: false,
    reports: reports(),
  });
  return running;
}

export function attemptOf({ jobId, attemptId }: OwnedJob) {
  return { jobId, attemptId };
}

/** What a host tells after a stop that went well. */
export function reports(
  stop: Partial<StopReport> = {},
  removal: RemovalReport | null = REMOVAL,
): Reports {
  return { stopReport: { ...STOP, ...stop }, removalReport: removal };
}

export const REMOVAL = {
  files: 3,
  bytes: 4096,
  leftovers: [],
  timeToCleanMs: 4,
} as const satisfies RemovalReport;
export const STOP = {
  processes: [
    {
      pid: 900,
      name: 'aerender',
      parentPid: 800,
      startedAt: '2026-03-01T12:00:00.000Z',
      endedBy: 'SIGTERM',
      endedAt: '2026-03-01T12:00:01.000Z',
    },
  ],
  proof: 'kernel',
  survivors: [],
  timeToDeadMs: 120,
} as const satisfies StopReport;

export const PASSWORD = 'correct horse battery staple';

/** A user who can sign in with PASSWORD. */
export async function aUser(farm: Farm, name: string, role: Role = 'viewer') {
  const made = await createUser(farm.admin, { name, role, password: PASSWORD });
  if (!made.ok) throw new Error(`user ${name}: ${made.rejection.code}`);
  return made.account;
}

/** A session of a user, opened with PASSWORD. */
export async function aSession(farm: Farm, name: string): Promise<string> {
  const opened = await login(farm.admin, { username: name, password: PASSWORD });
  if (!opened.ok) throw new Error(`user ${name} could not sign in`);
  return opened.sessionId;
}
