import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '@renderdeck/domain';
import {
  type AdminContext,
  allowPublish,
  cancelJob,
  claimJob,
  createSubmitter,
  finishAttempt,
  keepQueueCounts,
  type OwnedJob,
  passPublishGate,
  setPriority,
} from '@renderdeck/operations';
import type { BenchDatabase } from '../bench-farm.ts';
import { fillQueue } from '../fill-queue.ts';
import { rate } from '../numbers.ts';
import { CLIENTS, type Contender, offsetOf, PAYLOAD } from './contender.ts';

const REPORTS = {
  stopReport: { processes: [], proof: 'noProcess', survivors: [], timeToDeadMs: 0 },
  removalReport: { files: 3, bytes: 4096, leftovers: [], timeToCleanMs: 4 },
  deadMsAgo: 0,
  output: 'none',
  publications: null,
} as const;

const END = { end: { kind: 'completed' }, signalled: false, reports: REPORTS } as const;
const QUESTION = {
  asked: { what: '/renders/film.mov', isModule: false, publications: [] },
  ...{ isLast: true, warning: null },
};
const LEASE = { leaseMs: 600_000 };

export type Renderdeck = Contender & {
  submit(nexrenderJob?: Json): Promise<string>;
  /** Like `complete`, but the end of each job also claims the next one, as a busy worker does. */
  completeAndTakeNext(jobs: number): Promise<void>;
  /** Like `complete`, but with the publish gate before the end, as each real render has it. */
  completeGated(jobs: number): Promise<void>;
  /** Claims one job. `finish` ends it. */
  claim(): Promise<{ readonly tookMs: number; finish(): Promise<void> }>;
  readonly database: BenchDatabase;
};

/**
 * Renderdeck's operations without its API. The counts of the queue are kept as the API keeps them.
 *
 * Long because: its calls share one worker.
 */
export function openRenderdeck(database: BenchDatabase): Renderdeck {
  const { admin, sql } = database;
  const counts = keepCounts(admin);
  const submitJob = createSubmitter(admin);
  const submission = { name: 'bench', priority: 50, limits: {} };
  async function submit(nexrenderJob: Json = PAYLOAD): Promise<string> {
    const submitted = await submitJob(admin, { ...submission, nexrenderJob });
    if (!submitted.ok) throw new Error(submitted.rejection.code);
    return submitted.view.job.id;
  }
  const worker = { db: admin.db, host: 'bench', identity: IDENTITY, workerId: randomUUID() };

  async function claim() {
    const startedAt = performance.now();
    const claimed = await claimJob(worker, LEASE);
    const tookMs = performance.now() - startedAt;
    if (!claimed.ok) throw new Error(claimed.rejection.code);
    const attempt = claimed.job;
    const finish = (held = attempt.held) =>
      expectDone(finishAttempt(worker, { ...END, attempt: { ...attempt, held } }));
    return { tookMs, attempt, finish };
  }
  /**
   * Runs one slot. It claims its first job alone, and each later job together with the end of the
   * job before.
   */
  async function completeInTurn(jobs: number): Promise<void> {
    let attempt: OwnedJob = (await claim()).attempt;
    for (let left = jobs - 1; left >= 0; left -= 1) {
      const next = left === 0 ? null : LEASE;
      const ended = await finishAttempt(worker, { ...END, attempt, next });
      if (!ended.ok) throw new Error(ended.rejection.code);
      if (ended.next !== null) attempt = ended.next;
    }
  }
  async function completeGated(): Promise<void> {
    const { attempt, finish } = await claim();
    await expectDone(passPublishGate(worker, attempt));
    const allowed = await allowPublish(worker, { attempt, ...QUESTION });
    if (!allowed.ok) throw new Error(allowed.rejection.code);
    await finish(allowed.held);
  }

  return {
    name: 'Renderdeck',
    ...{ database, claim },
    fill: (jobs) => fillQueue(database, jobs),
    submit,
    async submitMany(jobs) {
      // Renderdeck has no call for many jobs: each job has its own answer, audit line and change.
      await Promise.all(Array.from({ length: jobs }, () => submit()));
    },
    async complete(jobs) {
      await rate(jobs, CLIENTS, async () => (await claim()).finish());
    },
    async completeAndTakeNext(jobs) {
      const each = Array.from({ length: CLIENTS }, (_, client) =>
        Math.floor((jobs + client) / CLIENTS),
      );
      await Promise.all(each.filter((share) => share > 0).map(completeInTurn));
    },
    async completeGated(jobs) {
      await rate(jobs, CLIENTS, completeGated);
    },
    async find(place, jobs) {
      const [all] = await sql`SELECT count(*)::int AS n FROM jobs WHERE queue_key IS NOT NULL`;
      const rows = await sql`SELECT id FROM jobs WHERE queue_key IS NOT NULL ORDER BY queue_key
        LIMIT ${jobs} OFFSET ${offsetOf(place, Number(all?.n), jobs)}`;
      return rows.map(({ id }) => String(id));
    },
    setPriority: (id, priority) =>
      expectDone(setPriority(admin, { id, priority, expectedVersion: null })),
    cancel: (id) => expectDone(cancelJob(admin, { id, reason: null })),
    close: counts.stop,
  };
}

const IDENTITY = {
  hostId: randomUUID(),
  machineId: null,
  hardwareId: null,
  bootId: 'bench',
  pidNamespace: null,
};

async function expectDone(outcome: Promise<{ readonly ok: boolean }>): Promise<void> {
  const { ok, ...rest } = await outcome;
  if (!ok) throw new Error(`a rule rejected it: ${JSON.stringify(rest)}`);
}

const LEAST_MS = 100;
const MOST_MS = 2000;

/** Keeps the counts of the queue as the API does, until `stop`. */
function keepCounts(context: Pick<AdminContext, 'db'>): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  const keeping = (async () => {
    let restMs = LEAST_MS;
    while (!signal.aborted) {
      const changes = await keepQueueCounts(context);
      restMs = changes > 0 ? LEAST_MS : Math.min(2 * restMs, MOST_MS);
      await delay(restMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  // `stop` throws the error if this failed.
  keeping.catch(() => undefined);
  return {
    async stop() {
      stopped.abort();
      await keeping;
    },
  };
}
