/*
 * An AdminPort in memory that follows the domain's rules, for tests of its callers: the REST
 * adapter, the contract and the page. It also runs in browsers. The test plays the workers
 * (`farm.claimNext()`, `farm.acknowledgeStop(id)`, …), makes a method fail (`failNext`) and reads
 * the recorded audit lines (`audit`). The real port keeps the same promises: both run one set of
 * tests.
 *
 * Long because: its methods share the state of one farm.
 */
import {
  type Account,
  type AuditEntry,
  accountOf,
  decideAuditResult,
  decideCancel,
  decideResubmit,
  decideSetPriority,
  decideSetTags,
  decideSubmitPriority,
  highestSubmitPriority,
  isFinal,
  type Json,
  PRIORITY,
  queuePosition,
  resolveSecretPaths,
  splitSecrets,
  tagsOfNexrenderJob,
  VERSION,
} from '@renderdeck/domain';
import { z } from 'zod';
import {
  refuse,
  type WireAuditEntry,
  type WireDelivery,
  type WireJob,
  warnOfJob,
  warnOfPriority,
} from '../src/index.ts';
import type { AdminPort, ApiContext, RequestContext } from '../src/router.ts';
import { createFakeAccess, FAKE_PASSWORD, type FAKE_USERS } from './fake-access.ts';
import { listFakeAudit } from './fake-audit.ts';
import { joinKept } from './fake-edited-rerun.ts';
import { createFakeFarm, type FakeFarm, type FakeJob, type RecordLine } from './fake-farm.ts';
import { createFakeHistory } from './fake-history.ts';
import { createFakeHosts } from './fake-hosts.ts';
import { createFakeJoins } from './fake-joins.ts';
import { fakeAttemptOf, readFakeLog, readFakeLogText, startInFakeLog } from './fake-log.ts';
import { fakeMeasures } from './fake-measures.ts';
import { createFakeOutputs } from './fake-outputs.ts';
import { createFakePictures } from './fake-pictures.ts';
import { refusalOf } from './fake-refusals.ts';
import { createFakeWebhooks } from './fake-webhooks.ts';
import { listFakeFailures } from './list-fake-failures.ts';
import { listFakeJobs } from './list-fake-jobs.ts';

export { FAKE_PASSWORD };

export type FakeAdminPort = {
  readonly port: AdminPort;
  readonly farm: FakeFarm;
  /** The messages of webhooks, newest first. A test adds the messages that it needs. */
  readonly deliveries: WireDelivery[];
  /** All audit lines written so far, oldest first. */
  readonly audit: readonly WireAuditEntry[];
  /** The next call of this method fails with the error before it changes anything. */
  failNext(method: keyof AdminPort, error: Error): void;
  /** A session of a user for contextOf; null: anonymous. */
  signIn(name: keyof typeof FAKE_USERS | null): string | null;
  /** The context of a request with this session id. */
  contextOf(
    sessionId: string | null,
    request?: Partial<ApiContext['request']>,
    cookie?: ApiContext['cookie'],
  ): ApiContext;
};

/** Long because: its methods share the state of one farm. */
export function createFakeAdminPort(now: () => Date = () => new Date()): FakeAdminPort {
  const farm = createFakeFarm(now);
  const audit: WireAuditEntry[] = [];
  const failures = new Map<string | symbol, Error>();
  const submitters = new Map<string, Account | null>();
  const submissions = new Map<string, { readonly jobId: string; readonly input: string }>();

  const record: RecordLine = (requestContext, action, line = {}) => {
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
      result: decideAuditResult({ action, ...about, ...line }, null),
      jobName: farm.records.get(line.jobId ?? '')?.job.name ?? null,
      seal: null,
    });
  };
  const access = createFakeAccess(now, record);
  const webhooks = createFakeWebhooks(now, record);
  const find = (id: string): FakeJob => {
    const found = farm.records.get(id);
    if (found === undefined) throw refusalOf({ code: 'unknownJob', id });
    return found;
  };

  const { picturesOf, ...pictures } = createFakePictures(farm, find);

  /** For a job that a test made, only the name of its submitter is known. Here that is enough. */
  const submitterOf = ({ job }: FakeJob, actor: RequestContext['actor']) =>
    submitters.get(job.id) ?? (job.submittedBy === actor.name ? accountOf(actor) : null);

  /** Submits a job, or gives the one that was made with this key before. */
  const once = (
    requestContext: RequestContext,
    action: 'submitJob' | 'resubmitJob',
    sent: { readonly idempotencyKey: string | undefined; readonly input: object },
    submit: (by: string) => { readonly job: WireJob; readonly after: AuditEntry['after'] },
  ) => {
    const { actor } = requestContext;
    const input = JSON.stringify(sent.input);
    const key = JSON.stringify([actor.name, sent.idempotencyKey]);
    const first = sent.idempotencyKey === undefined ? undefined : submissions.get(key);
    if (first !== undefined) {
      const { jobId } = first;
      if (first.input !== input) throw refuse('idempotency_key_reused', undefined, { jobId });
      record(requestContext, action, { outcome: 'noop', jobId });
      return { job: farm.wire(find(jobId)) };
    }
    const { job, after } = submit(actor.name);
    submissions.set(key, { jobId: job.id, input });
    submitters.set(job.id, accountOf(actor));
    record(requestContext, action, { jobId: job.id, after });
    return { job };
  };

  const port: AdminPort = {
    ...access.port,
    ...createFakeHistory(farm, audit, find),
    ...createFakeHosts(farm, now, record),
    ...createFakeJoins(farm, now, record),
    ...webhooks.port,
    ...pictures,
    ...createFakeOutputs(farm, find, now),
    async me(requestContext, { sessionId }) {
      const user = access.userOf(requestContext);
      const admin = user.role === 'admin';
      const can = {
        stop: admin,
        prioritise: admin,
        submit: user.role !== 'viewer',
        access: admin,
        auditAll: admin,
      };
      return {
        user,
        can,
        admins: access.admins(),
        keepJobsDays: 90,
        serverTime: now().toISOString(),
        serverVersion: VERSION,
        session: farm.page.sessionEnd ?? access.endOf(sessionId),
        build: farm.page.build,
      };
    },

    async listJobs(_asker, input) {
      return listFakeJobs(farm, input, now());
    },
    async getJob(_asker, { id }) {
      const found = find(id);
      const host = farm.hosts.find(({ name }) => name === found.host);
      return {
        job: farm.wire(found),
        attempts: farm.attemptsOf(found),
        hostLastHeardAt: host?.lastHeardAt ?? null,
        ...showOrder(found),
        picture: picturesOf(id).pictures.at(-1) ?? null,
        noPicture: picturesOf(id).noPicture,
        published: [],
        uid: id,
        secretsDeletedAt: found.secretsDeletedAt,
      };
    },
    async previewPriority(_asker, { id, priority, skip, limit }) {
      const { job } = find(id);
      const decision = decideSetPriority(job, priority, null);
      if (!decision.ok) throw refusalOf(decision.rejection);
      const before = farm.waiting();
      const after = before.map((other) => (other.id === id ? decision.job : other));
      const place = (other: (typeof before)[number], moved: (typeof before)[number]) => ({
        before: queuePosition(other, before),
        after: queuePosition(moved, after),
      });
      const moved = before
        .filter((other) => other.id !== id)
        .map((other) => ({ other, position: place(other, other) }))
        .filter(({ position }) => position.before !== position.after)
        .map(({ other: { id, name, submittedBy }, position }) => ({
          id,
          name,
          submittedBy,
          position,
        }))
        .sort((a, b) => a.position.before - b.position.before);
      return {
        priority: { before: job.priority, after: priority },
        position: place(job, decision.job),
        version: job.version,
        queued: before.length,
        movedCount: moved.length,
        moved: nearestOf(moved, place(job, decision.job), skip, limit),
        at: now().toISOString(),
      };
    },
    async listJobFilters() {
      const jobs = [...farm.records.values()].map(farm.wire);
      const namesOf = (pick: (job: WireJob) => string | null) =>
        [...new Set(jobs.map(pick))].filter((name) => name !== null).sort();
      return {
        people: namesOf(({ submittedBy }) => submittedBy),
        hosts: namesOf(({ host }) => host),
        templates: namesOf(({ template }) => template),
      };
    },
    async listTemplates() {
      const used = [...farm.records.values()].reverse().flatMap(({ nexrenderJob, job }) => {
        const { template } = withTemplate.safeParse(nexrenderJob).data ?? {};
        return template === undefined ? [] : [{ ...template, at: job.createdAt.toISOString() }];
      });
      const templates = [...new Set(used.map(({ src }) => src))].map((src) => {
        const of = used.filter((one) => one.src === src);
        const compositions = [...new Set(of.map(({ composition }) => composition))];
        return { src, compositions, usedAt: of[0]?.at ?? now().toISOString() };
      });
      return { templates };
    },
    async previewSubmit({ actor }, { priority }) {
      const waiting = farm.waiting();
      return {
        position: 1 + waiting.filter((job) => job.priority >= priority).length,
        queued: waiting.length,
        highestPriority: highestSubmitPriority(actor, PRIORITY.default),
        at: now().toISOString(),
      };
    },
    async listAudit({ actor }, input) {
      return listFakeAudit(audit, farm, actor, input, now());
    },
    listFailures: async (_asker, input) => listFakeFailures(farm, input, now()),
    getMeasures: async (_asker, { range }) => fakeMeasures(farm, range, now()),
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
    async getLogText(_asker, { id, attempt, ...query }) {
      const found = fakeAttemptOf(farm.attemptsOf(find(id)), attempt);
      return readFakeLogText(farm.logOf(id), found, query);
    },
    async getAttemptUsage(_asker, { id, attempt }) {
      const { number } = fakeAttemptOf(farm.attemptsOf(find(id)), attempt);
      return { attempt: number, points: farm.usageOf(id) };
    },

    async submitJob(requestContext, { idempotencyKey, ...input }) {
      const { job, priority, name, rerunOf } = input;
      const { actor } = requestContext;
      const allowed = decideSubmitPriority(actor, priority, PRIORITY.default);
      if (!allowed.ok) throw refusalOf(allowed.rejection);
      const edited: Json = JSON.parse(JSON.stringify(job));
      const source = rerunOf === undefined ? null : find(rerunOf);
      if (source !== null) {
        const order = { job: source.job, submitter: submitterOf(source, actor) };
        const decision = decideResubmit(actor, { ...order, secretsDeletedAt: null }, priority);
        if (!decision.ok) throw refusalOf(decision.rejection);
      }
      const kept = source === null ? null : joinKept(source, edited);
      const nexrenderJob = kept?.nexrenderJob ?? edited;
      const queued = once(requestContext, 'submitJob', { idempotencyKey, input }, (by) => {
        const title = name ?? job.template.composition;
        const submitted = farm.submit(title, by, priority, nexrenderJob, rerunOf ?? null);
        const named = resolveSecretPaths(nexrenderJob, input.secrets ?? []);
        find(submitted.id).secretPaths = [
          ...(named.ok ? named.paths : []),
          ...(kept?.paths ?? []).map((path) => [...path]),
        ];
        const link = rerunOf === undefined ? {} : { rerunOf };
        if (source !== null)
          farm.save(source, { ...source.job, version: source.job.version + 1 }, 'resubmit', by);
        return { job: submitted, after: { priority, position: submitted.position, ...link } };
      });
      return { ...queued, warnings: [...warnOfJob(job), ...warnOfPriority(job, priority)] };
    },
    async resubmitJob(requestContext, { id, idempotencyKey, ...asked }) {
      const source = find(id);
      const secretsDeletedAt =
        source.secretsDeletedAt === null ? null : new Date(source.secretsDeletedAt);
      const submitter = submitterOf(source, requestContext.actor);
      const order = { job: source.job, submitter, secretsDeletedAt };
      const decision = decideResubmit(requestContext.actor, order, asked.priority ?? null);
      if (!decision.ok) throw refusalOf(decision.rejection);
      const input = { id, ...asked };
      return once(requestContext, 'resubmitJob', { idempotencyKey, input }, (by) => {
        const { nexrenderJob, secretPaths } = source;
        const name = asked.name ?? source.job.name;
        const again = farm.submit(name, by, decision.priority, nexrenderJob, id);
        find(again.id).secretPaths = secretPaths;
        farm.save(source, { ...source.job, version: source.job.version + 1 }, 'resubmit', by);
        return { job: again, after: { name, priority: again.priority, rerunOf: id } };
      });
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
        after: { status: found.job.status, receipt: found.receiptNumber },
      });
      await farm.signal.until(() => isFinal(found.job.status), signal, waitMs);
      const job = farm.wire(found);
      if (job.receipt === null)
        throw new Error('The cancel was accepted, but the job has no receipt.');
      return { job, receipt: job.receipt };
    },
    async setPriority(requestContext, { id, priority, expectedVersion }) {
      const found = find(id);
      const { job } = found;
      const decision = decideSetPriority(job, priority, expectedVersion ?? null);
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
    async setTags(requestContext, { id, tags, expectedVersion }) {
      const found = find(id);
      const { job } = found;
      const decision = decideSetTags(job, tagsOfNexrenderJob({ tags }), expectedVersion ?? null);
      if (!decision.ok) throw refusalOf(decision.rejection);
      if (!decision.noop) farm.save(found, decision.job, 'setTags', requestContext.actor.name);
      const inAudit = (list: readonly string[]) => ({ tags: list.join(', ') || 'none' });
      record(requestContext, 'setTags', {
        jobId: id,
        outcome: decision.noop ? 'noop' : 'done',
        before: inAudit(job.tags),
        after: inAudit(decision.job.tags),
      });
      return { job: farm.wire(found) };
    },

    async *onJobChange(_asker, { signal, lastEventId }) {
      const newest = farm.changes.length;
      const start = lastEventId === null ? newest : Number(lastEventId);
      const known = Number.isInteger(start) && start >= 0 && start <= newest;
      const from = known ? start : newest;
      yield {
        cursor: String(from),
        event: { type: 'alive', at: now().toISOString(), gap: !known, missed: newest - from },
      };
      let left = newest - from;
      for await (const frame of farm.signal.follow(farm.changes, from, signal)) {
        yield frame;
        left -= 1;
        if (left !== 0) continue;
        const at = now().toISOString();
        yield { cursor: frame.cursor, event: { type: 'alive', at, gap: false, missed: 0 } };
      }
    },
    async *onAttemptLog(_asker, { id, attempt, signal, lastEventId }) {
      const { attempts } = find(id).job;
      const log = farm.logOf(id);
      const from = attempt !== null && lastEventId === null ? `${attempt}:0` : lastEventId;
      const isOver = () =>
        attempt !== null && fakeAttemptOf(farm.attemptsOf(find(id)), attempt).outcome !== null;
      const start = startInFakeLog(log, attempts, from);
      for await (const chunk of farm.signal.follow(log, start, signal, isOver))
        if (attempt === null || chunk.attempt === attempt) yield chunk;
    },

    findJobOfUid: async () => null,
    async recordRefusal(requestContext, { action, code, jobId }) {
      record(requestContext, action, { outcome: 'refused', code, jobId });
    },
  };

  /** The port, except that the call chosen by the test fails. */
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
    deliveries: webhooks.deliveries,
    audit,
    failNext: (method, error) => void failures.set(method, error),
    signIn: (name) => (name === null ? null : access.open(name).id),
    contextOf: (sessionId, request = {}, cookie = null) => ({
      port: scripted,
      request: { channel: 'trpc', address: '127.0.0.1', requestId: 'req-1', ...request },
      authenticate: async () => access.enter(sessionId),
      cookie,
    }),
  };
}

const withTemplate = z.object({ template: z.object({ src: z.string(), composition: z.string() }) });

function showOrder({ nexrenderJob, secretPaths }: FakeJob) {
  const { shown, hidden } = splitSecrets(nexrenderJob, secretPaths);
  return {
    nexrenderJob: shown,
    warnings: [...warnOfJob(shown)],
    hidden: hidden.map(({ path, kinds }) => ({ path: [...path], kinds: [...kinds] })),
    ...templateOf(shown),
  };
}

function templateOf(nexrenderJob: Json) {
  const { template } = withTemplate.safeParse(nexrenderJob).data ?? {};
  return {
    template: template?.src.split('/').at(-1) ?? null,
    composition: template?.composition ?? null,
  };
}

/**
 * A job that moves up overtakes the first of these jobs. A job that moves down is overtaken by the
 * last ones.
 */
function nearestOf<Moved>(
  moved: readonly Moved[],
  position: { readonly before: number; readonly after: number },
  skip: number,
  limit: number,
): Moved[] {
  if (position.after < position.before) return moved.slice(skip, skip + limit);
  const last = Math.max(0, moved.length - skip);
  return moved.slice(Math.max(0, last - limit), last);
}
