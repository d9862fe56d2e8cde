/*
 * An AdminPort in memory that follows the domain's rules, for tests of its callers: the REST
 * adapter, the contract and the page. It also runs in browsers. The test plays the workers
 * (`farm.claimNext()`, `farm.acknowledgeStop(id)`, …), makes a method fail (`failNext`) and reads
 * what was recorded (`audit`). The real port keeps the same promises: both run one conformance
 * suite.
 *
 * Long because: its methods share the state of one farm.
 */
import {
  type AuditAction,
  type AuditEntry,
  compareInQueue,
  decideCancel,
  decideSetPriority,
  decideSubmitPriority,
  isFinal,
  type Json,
  openAttemptsOf,
  PRIORITY,
  queuePosition,
  type Rejection,
  splitSecrets,
} from '@renderdeck/domain';
import { refuse, type WireAuditEntry } from '../src/index.ts';
import type { AdminPort, ApiContext, RequestContext } from '../src/router.ts';
import { createFakeAccess, FAKE_PASSWORD, FAKE_USERS } from './fake-access.ts';
import { createFakeFarm, type FakeFarm, type FakeJob } from './fake-farm.ts';
import { createFakeHosts } from './fake-hosts.ts';
import { readFakeLog, startInFakeLog } from './fake-log.ts';

export { FAKE_PASSWORD, FAKE_USERS };

export type FakeAdminPort = {
  readonly port: AdminPort;
  readonly farm: FakeFarm;
  /** Every line written so far, oldest first. */
  readonly audit: readonly WireAuditEntry[];
  /** The next call of this method fails with the error, before it did anything. */
  failNext(method: keyof AdminPort, error: Error): void;
  /** True: a cancel of a running job is proven at once. False: when the test says so. */
  answerCancels(answer: boolean): void;
  /** A session of a user for contextOf; null: anonymous. */
  signIn(name: keyof typeof FAKE_USERS | null): string | null;
  /** What a request with this session id or token secret runs in. */
  contextOf(
    credential: string | null,
    request?: Partial<ApiContext['request']>,
    cookie?: ApiContext['cookie'],
  ): ApiContext;
};

/** Long because: its methods share the state of one farm. */
export function createFakeAdminPort(now: () => Date = () => new Date()): FakeAdminPort {
  const farm = createFakeFarm(now);
  const audit: WireAuditEntry[] = [];
  const failures = new Map<string | symbol, Error>();
  const submissions = new Map<string, { readonly jobId: string; readonly input: string }>();
  let hostsAnswer = false;

  const record = (
    requestContext: RequestContext,
    action: AuditAction,
    line: Partial<AuditEntry> = {},
  ) => {
    const { actor, channel, address, requestId } = requestContext;
    const about = {
      outcome: 'done',
      code: null,
      jobId: null,
      reason: null,
      before: null,
      after: null,
    } as const;
    const by = { actor: { kind: actor.kind, name: actor.name }, channel, address, requestId };
    audit.push({
      id: String(audit.length + 1),
      at: now().toISOString(),
      ...by,
      action,
      ...about,
      ...line,
      seal: null,
    });
  };
  const access = createFakeAccess(now, record);
  const find = (id: string): FakeJob => {
    const found = farm.records.get(id);
    if (found === undefined) throw refusalOf({ code: 'unknownJob', id });
    return found;
  };

  const port: AdminPort = {
    ...access.port,
    ...createFakeHosts(farm, now, record),
    async me(requestContext) {
      const user = access.userOf(requestContext);
      const admin = user.role === 'admin';
      const can = {
        stop: admin,
        prioritise: admin,
        submit: user.role !== 'viewer',
        access: admin,
        auditAll: admin,
      };
      return { user, can, admins: access.admins(), serverTime: now().toISOString() };
    },

    async listJobs(_asker, { status, show, open, cursor, limit }) {
      const all = [...farm.records.values()].sort(
        (a, b) => rank(a) - rank(b) || compareInQueue(a.job, b.job),
      );
      const wanted = all.filter(
        (record) =>
          (status === undefined || record.job.status === status) &&
          (!open || openCount(record) > 0) &&
          (show === 'all' || isFinal(record.job.status) === (show === 'ended')),
      );
      const start = Number(cursor ?? 0);
      const count = (which: string) => all.filter(({ job }) => job.status === which).length;
      const cancelled = all.filter(({ job }) => job.status === 'CANCELLED');
      return {
        jobs: wanted.slice(start, start + limit).map(farm.wire),
        nextCursor: start + limit < wanted.length ? String(start + limit) : null,
        counts: {
          rendering: count('RENDERING'),
          cancelling: count('CANCELLING'),
          queued: count('QUEUED'),
          unconfirmed: cancelled.filter((record) => openCount(record) > 0).length,
          open: all.reduce((sum, record) => sum + openCount(record), 0),
        },
      };
    },
    async getJob(_asker, { id }) {
      const found = find(id);
      const host = farm.hosts.find(({ name }) => name === found.host);
      return {
        job: farm.wire(found),
        attempts: farm.attemptsOf(found),
        hostLastHeardAt: host?.lastHeardAt ?? null,
        nexrenderJob: splitSecrets(found.nexrenderJob).shown,
        secretsDeletedAt: found.secretsDeletedAt,
      };
    },
    async previewPriority(_asker, { id, priority }) {
      const { job } = find(id);
      const decision = decideSetPriority(job, priority, null, null);
      if (!decision.ok) throw refusalOf(decision.rejection);
      const before = farm.waiting();
      const after = before.map((other) => (other.id === id ? decision.job : other));
      const place = (other: (typeof before)[number], moved: (typeof before)[number]) => ({
        before: queuePosition(other, before),
        after: queuePosition(moved, after),
      });
      const moved = before
        .filter(
          (other) =>
            other.id !== id && queuePosition(other, before) !== queuePosition(other, after),
        )
        .map((other) => ({
          id: other.id,
          name: other.name,
          submittedBy: other.submittedBy,
          position: place(other, other),
        }))
        .sort((a, b) => a.position.before - b.position.before);
      return {
        priority: { before: job.priority, after: priority },
        position: place(job, decision.job),
        version: job.version,
        queued: before.length,
        movedCount: moved.length,
        moved: moved.slice(0, 5),
        at: now().toISOString(),
      };
    },
    async listAudit(_asker, { actor, action, outcome, jobId, from, to, cursor, limit }) {
      const wanted = audit
        .filter(
          (entry) =>
            (actor ?? entry.actor.name) === entry.actor.name &&
            (action ?? entry.action) === entry.action,
        )
        .filter((entry) => (outcome ?? entry.outcome) === entry.outcome)
        .filter(
          (entry) =>
            (jobId ?? entry.jobId) === entry.jobId &&
            (from ?? '') <= entry.at &&
            (to === undefined || entry.at <= to),
        )
        .reverse();
      const start = Number(cursor ?? 0);
      const nextCursor = start + limit < wanted.length ? String(start + limit) : null;
      return { entries: wanted.slice(start, start + limit), nextCursor };
    },
    async verifyAudit() {
      return {
        verdict: 'sound',
        broken: null,
        head: null,
        next: null,
        unsealed: { count: audit.length, since: audit[0]?.at ?? null },
      };
    },
    async getAttemptLog(_asker, { id, ...query }) {
      return readFakeLog(farm.logOf(id), find(id).job.attempts, query);
    },

    async submitJob(requestContext, { idempotencyKey, ...input }) {
      const { job, priority, name } = input;
      const allowed = decideSubmitPriority(requestContext.actor, priority, PRIORITY.default);
      if (!allowed.ok) throw refusalOf(allowed.rejection);
      const key = JSON.stringify([requestContext.actor.name, idempotencyKey]);
      const first = idempotencyKey === undefined ? undefined : submissions.get(key);
      if (first !== undefined) {
        if (first.input !== JSON.stringify(input))
          throw refuse('idempotency_key_reused', undefined, { jobId: first.jobId });
        record(requestContext, 'submitJob', { outcome: 'noop', jobId: first.jobId });
        return { job: farm.wire(find(first.jobId)) };
      }
      const nexrenderJob: Json = JSON.parse(JSON.stringify(job));
      const submitted = farm.submit(
        name ?? job.template.composition,
        requestContext.actor.name,
        priority,
        nexrenderJob,
      );
      submissions.set(key, { jobId: submitted.id, input: JSON.stringify(input) });
      record(requestContext, 'submitJob', {
        jobId: submitted.id,
        after: { priority, position: submitted.position },
      });
      return { job: submitted };
    },
    async cancelJob(requestContext, { id, reason, waitMs, signal }) {
      const found = find(id);
      const request = {
        by: requestContext.actor.name,
        at: now(),
        channel: requestContext.channel,
        reason: reason ?? null,
      };
      const decision = decideCancel(found.job, request);
      if (!decision.ok) throw refusalOf(decision.rejection);
      const before = { status: found.job.status };
      if (decision.event !== null) farm.apply(found, decision.event, requestContext.actor.name);
      const outcome = decision.event === null ? 'noop' : 'done';
      record(requestContext, 'cancelJob', {
        jobId: id,
        outcome,
        reason: reason ?? null,
        before,
        after: { status: found.job.status },
      });
      if (hostsAnswer && found.job.status === 'CANCELLING') farm.acknowledgeStop(id);
      await farm.signal.until(() => isFinal(found.job.status), signal, waitMs);
      const job = farm.wire(found);
      if (job.receipt === null) throw new Error('A job whose cancel was accepted has a receipt.');
      return { job, receipt: job.receipt };
    },
    async setPriority(requestContext, { id, priority, expectedVersion }) {
      const found = find(id);
      const { job } = found;
      const decision = decideSetPriority(job, priority, expectedVersion ?? null, null);
      if (!decision.ok) throw refusalOf(decision.rejection);
      if (!decision.noop) farm.save(found, decision.job, 'setPriority', requestContext.actor.name);
      const others = farm.waiting().filter((other) => other.id !== id);
      const before = { priority: job.priority, position: queuePosition(job, others) };
      const after = { priority, position: queuePosition(decision.job, others) };
      record(requestContext, 'setPriority', {
        jobId: id,
        outcome: decision.noop ? 'noop' : 'done',
        before,
        after,
      });
      const receipt = {
        priority: { before: before.priority, after: after.priority },
        position: { before: before.position, after: after.position },
        changedBy: requestContext.actor.name,
        changedAt: now().toISOString(),
        countedAt: now().toISOString(),
        version: decision.job.version,
        noop: decision.noop,
      };
      return { job: farm.wire(found), newPosition: after.position, receipt };
    },

    async *onJobChange(_asker, { signal, lastEventId }) {
      const newest = farm.changes.length;
      const start = lastEventId === null ? newest : Number(lastEventId);
      const known = Number.isInteger(start) && start >= 0 && start <= newest;
      const from = known ? start : newest;
      yield {
        cursor: String(from),
        event: { type: 'alive', at: now().toISOString(), gap: !known },
      };
      yield* farm.signal.follow(farm.changes, from, signal);
    },
    async *onAttemptLog(_asker, { id, signal, lastEventId }) {
      const { attempts } = find(id).job;
      const log = farm.logOf(id);
      yield* farm.signal.follow(log, startInFakeLog(log, attempts, lastEventId), signal);
    },

    async recordRefusal(requestContext, { action, code, jobId }) {
      record(requestContext, action, { outcome: 'refused', code, jobId });
    },
  };

  /** The port, but for the one call that the test wants to fail. */
  const scripted = new Proxy(port, {
    get(target, method) {
      const failure = failures.get(method);
      if (failure === undefined) return Reflect.get(target, method);
      failures.delete(method);
      return () => {
        throw failure;
      };
    },
  });
  return {
    port: scripted,
    farm,
    audit,
    failNext: (method, error) => void failures.set(method, error),
    answerCancels: (answer) => {
      hostsAnswer = answer;
    },
    signIn: (name) => (name === null ? null : access.open(name).id),
    contextOf: (credential, request = {}, cookie = null) => ({
      port: scripted,
      request: { channel: 'trpc', address: '127.0.0.1', requestId: 'req-1', ...request },
      authenticate: async () => access.enter(credential),
      cookie,
    }),
  };
}

/** Running first, then what waits, then what ended. */
function rank({ job }: FakeJob): number {
  if (job.status === 'QUEUED') return 1;
  return isFinal(job.status) ? 2 : 0;
}

function openCount({ attempts }: FakeJob): number {
  return openAttemptsOf(attempts).length;
}

function refusalOf(rejection: Rejection): Error {
  switch (rejection.code) {
    case 'unknownJob':
      return refuse(
        'job_not_found',
        `No job has the id ${rejection.id}; look it up in the list of jobs.`,
        { id: rejection.id },
      );
    case 'alreadyEnded': {
      const { status, endedAt } = rejection;
      const since = endedAt?.toISOString();
      const detail = `The job is ${status} since ${since}; there is nothing to cancel.`;
      return refuse('job_already_ended', detail, { jobStatus: status, endedAt });
    }
    case 'priorityTooHigh': {
      const { priority, most } = rejection;
      return refuse('priority_too_high', undefined, { priority, most });
    }
    case 'notQueued': {
      const { status, host, startedAt, endedAt } = rejection;
      const detail = `The job is ${status}; only a queued job has a priority that matters.`;
      return refuse('job_not_queued', detail, { jobStatus: status, host, startedAt, endedAt });
    }
    case 'staleVersion': {
      const { expected, actual, priority, change } = rejection;
      return refuse('stale_version', undefined, {
        expectedVersion: expected,
        version: actual,
        priority,
        change,
      });
    }
    default:
      return new Error(`The fake port cannot meet ${rejection.code}.`);
  }
}
