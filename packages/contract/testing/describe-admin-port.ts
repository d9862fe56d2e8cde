/*
 * What AdminPort promises, whoever keeps it: run on the real port over a database and on the fake one that other tests stand on, so that
 * nothing is tested against a fake that behaves otherwise.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cancelReceiptSchema,
  type JobChangeEvent,
  jobSchema,
  listAuditInput,
  listJobsInput,
  nexrenderJobSchema,
  priorityReceiptSchema,
  Refusal,
} from '../src/index.ts';
import type { Actor, AdminPort, RequestContext } from '../src/router.ts';

/** A port with a host that the test plays. */
export type PortUnderTest = {
  readonly port: AdminPort;
  /** The host claims the first of the queue; gives its id. */
  claim(): Promise<string>;
  passGate(id: string): Promise<unknown>;
  acknowledge(id: string): Promise<unknown>;
  complete(id: string): Promise<unknown>;
  finishFirst(id: string): Promise<unknown>;
  fail(id: string, failure: string): Promise<unknown>;
  progress(id: string, percent: number): Promise<unknown>;
  close(): Promise<void>;
};

const ada: Actor = { kind: 'user', id: randomUUID(), name: 'ada', role: 'admin' };
const by: RequestContext = { actor: ada, channel: 'trpc', address: '10.0.0.1', requestId: 'req-7' };
const PASSWORD = 'an honest long password';
const unknown = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';
const signal = undefined;

export function describeAdminPort(name: string, open: () => Promise<PortUnderTest>): void {
  describe(name, () => {
    let under: PortUnderTest;
    let port: AdminPort;
    beforeEach(async () => {
      under = await open();
      port = under.port;
    });
    afterEach(() => under.close());

    const submit = async (title: string, priority = 50, more: object = {}) =>
      (
        await port.submitJob(by, {
          name: title,
          priority,
          job: nexrenderJobSchema.parse({
            template: { src: 'file:///a.aep', composition: 'main' },
            ...more,
          }),
        })
      ).job;
    const cancel = (id: string, waitMs = 10_000, reason?: string) =>
      port.cancelJob(by, { id, waitMs, reason, signal });
    const list = (input: object = {}) => port.listJobs(by, listJobsInput.parse(input));
    const audit = async (input: object = {}) =>
      (await port.listAudit(by, listAuditInput.parse(input))).entries;
    const running = async (title = 'Runs') => {
      const { id } = await submit(title, 100);
      expect(await under.claim()).toBe(id);
      return id;
    };
    /** The problem with which the call is refused; nothing else may fail. */
    const refusal = async (call: Promise<unknown>) => {
      const error = await call.then(
        () => new Error('it was not refused'),
        (thrown: unknown) => thrown,
      );
      const cause = error instanceof Error ? error.cause : null;
      if (cause instanceof Refusal) return cause.problem;
      throw error;
    };

    test('a submitted job waits behind every job of its priority, and leaves an audit line with who, how and from where', async () => {
      const [low, high, same] = [
        await submit('low', 10),
        await submit('high', 90),
        await submit('same', 10),
      ];
      expect([low.position, high.position, same.position]).toEqual([1, 1, 3]);
      expect(jobSchema.parse(same)).toMatchObject({
        name: 'same',
        status: 'QUEUED',
        version: 1,
        submittedBy: 'ada',
        attempt: null,
        receipt: null,
      });
      expect(await audit({ jobId: same.id })).toMatchObject([
        {
          actor: { kind: 'user', name: 'ada' },
          channel: 'trpc',
          address: '10.0.0.1',
          requestId: 'req-7',
          action: 'submitJob',
          outcome: 'done',
        },
      ]);
    });

    test('a submission that is repeated under its key is the first job; the key takes nothing else', async () => {
      const input = {
        name: 'Once',
        priority: 50,
        job: nexrenderJobSchema.parse({ template: { src: 'file:///a.aep', composition: 'main' } }),
      };
      const first = await port.submitJob(by, { ...input, idempotencyKey: 'once-1' });
      expect(await port.submitJob(by, { ...input, idempotencyKey: 'once-1' })).toEqual(first);
      expect(
        await refusal(port.submitJob(by, { ...input, priority: 51, idempotencyKey: 'once-1' })),
      ).toMatchObject({
        code: 'idempotency_key_reused',
        status: 409,
        facts: { jobId: first.job.id },
      });
      expect((await port.submitJob(by, { ...input, idempotencyKey: 'once-2' })).job.id).not.toBe(
        first.job.id,
      );
      expect((await list()).jobs).toHaveLength(2);
      expect((await audit({ jobId: first.job.id })).map(({ outcome }) => outcome)).toEqual([
        'noop',
        'done',
      ]);
    });

    test('the list: running, then the queue in its order with positions, then what ended; counts; by status; by parts', async () => {
      const id = await running();
      const over = await submit('over');
      await cancel(over.id);
      const [second, first] = [await submit('second', 20), await submit('first', 30)];
      const { jobs, counts, nextCursor } = await list();
      expect(jobs.map((job) => [job.name, job.status, job.position])).toEqual([
        ['Runs', 'RENDERING', null],
        ['first', 'QUEUED', 1],
        ['second', 'QUEUED', 2],
        ['over', 'CANCELLED', null],
      ]);
      expect(counts).toEqual({ rendering: 1, cancelling: 0, queued: 2, unconfirmed: 0 });
      expect(nextCursor).toBeNull();
      expect((await list({ status: 'QUEUED' })).jobs.map((job) => job.id)).toEqual([
        first.id,
        second.id,
      ]);
      expect((await list({ show: 'active' })).jobs).toHaveLength(3);
      expect((await list({ show: 'ended' })).jobs.map((job) => job.id)).toEqual([over.id]);
      await cancel(id, 0);
      expect((await list()).counts).toMatchObject({ rendering: 0, cancelling: 1 });
    });

    test('pages hold every job once, in the order of the whole', async () => {
      await running();
      for (const index of [1, 2, 3, 4]) await submit(`waits ${index}`);
      for (const index of [1, 2, 3]) await cancel((await submit(`over ${index}`)).id);
      const whole = (await list()).jobs.map((job) => job.id);
      const paged: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.jobs.length).toBeLessThanOrEqual(3);
        paged.push(...page.jobs.map((job) => job.id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(whole);
      expect(new Set(paged).size).toBe(8);
    });

    test('a job shows its attempts and its order, secrets hidden', async () => {
      const { id } = await submit('secret', 100, {
        assets: [
          {
            type: 'image',
            layerName: 'logo',
            src: 'https://user:hunter2@x.example/a.png',
            password: 'hunter2',
          },
        ],
      });
      const shown = await port.getJob(by, { id });
      expect(shown).toMatchObject({ job: { id }, attempts: [], hostLastHeardAt: null });
      expect(JSON.stringify(shown)).not.toContain('hunter2');
      expect(JSON.stringify(shown.nexrenderJob)).toContain('•••');
      await under.claim();
      await under.progress(id, 40);
      expect(await port.getJob(by, { id })).toMatchObject({
        job: { status: 'RENDERING', progress: 40, attempt: 1, host: 'render-01' },
        attempts: [{ number: 1, host: 'render-01', progress: 40, output: 'none', endedAt: null }],
      });
    });

    test('what no job has: job_not_found, for every act', async () => {
      const acts = [
        () => port.getJob(by, { id: unknown }),
        () => cancel(unknown),
        () => port.setPriority(by, { id: unknown, priority: 1 }),
        () => port.previewPriority(by, { id: unknown, priority: 1 }),
        () => port.getAttemptLog(by, { id: unknown, after: 0, limit: 10 }),
      ];
      for (const act of acts)
        expect(await refusal(act())).toMatchObject({ code: 'job_not_found', status: 404 });
    });

    test('a queued job is cancelled at once: no process ever ran', async () => {
      const { id } = await submit('waits');
      const behind = await submit('behind');
      const { job, receipt } = await cancel(id, 10_000, 'not needed');
      expect(job).toMatchObject({ status: 'CANCELLED', position: null });
      expect(cancelReceiptSchema.parse(receipt)).toMatchObject({
        outcome: 'cancelled',
        output: 'none',
        requestedBy: 'ada',
        channel: 'trpc',
        reason: 'not needed',
        host: null,
        proof: 'noProcess',
        processes: [],
        timeToDeadMs: 0,
      });
      expect((await port.getJob(by, { id: behind.id })).job.position).toBe(1);
      expect(await audit({ action: 'cancelJob' })).toMatchObject([
        {
          outcome: 'done',
          jobId: id,
          reason: 'not needed',
          before: { status: 'QUEUED' },
          after: { status: 'CANCELLED' },
        },
      ]);
    });

    test('a running job: cancelling while the host has not confirmed, cancelled with proof once it has; asked again, the first receipt', async () => {
      const id = await running();
      const first = await cancel(id, 0, 'first');
      expect(first).toMatchObject({
        job: { status: 'CANCELLING' },
        receipt: {
          outcome: 'cancelling',
          reason: 'first',
          host: 'render-01',
          proof: null,
          confirmedAt: null,
        },
      });
      const again = cancel(id, 20_000, 'second');
      await under.acknowledge(id);
      const { job, receipt } = await again;
      expect(job).toMatchObject({ status: 'CANCELLED', receipt });
      expect(receipt).toMatchObject({
        outcome: 'cancelled',
        output: 'none',
        reason: 'first',
        proof: 'kernel',
        survivors: [],
        requestedAt: first.receipt.requestedAt,
      });
      expect(receipt.processes[0]).toMatchObject({
        pid: 4100,
        name: 'nexrender',
        endedBy: 'SIGTERM',
      });
      expect((await cancel(id)).receipt).toEqual(receipt);
      expect((await audit({ action: 'cancelJob' })).map(({ outcome }) => outcome)).toEqual([
        'noop',
        'noop',
        'done',
      ]);
    });

    test('an requestContext who is gone does not wait', async () => {
      const id = await running();
      const gone = new AbortController();
      const asked = port.cancelJob(by, { id, waitMs: 60_000, signal: gone.signal });
      await expect.poll(async () => (await port.getJob(by, { id })).job.status).toBe('CANCELLING');
      gone.abort();
      await asked.catch(() => null);
      await under.acknowledge(id);
    });

    test('past the publish gate the receipt does not say that nothing is out; finished first, it says so', async () => {
      const id = await running();
      await under.passGate(id);
      expect((await cancel(id, 0)).receipt).toMatchObject({
        outcome: 'cancelling',
        output: 'maybe',
      });
      await under.finishFirst(id);
      expect(await cancel(id)).toMatchObject({
        job: { status: 'COMPLETED' },
        receipt: { outcome: 'finishedFirst', output: 'published' },
      });
    });

    test('what ended on its own is not cancelled: 409 with how and when; a failure keeps its words', async () => {
      const done = await running('done');
      await under.complete(done);
      const broken = await running('broken');
      await under.fail(broken, 'No comp was found');
      expect(await refusal(cancel(done))).toMatchObject({
        code: 'job_already_ended',
        facts: expect.any(Object),
      });
      expect(await refusal(cancel(broken))).toMatchObject({ code: 'job_already_ended' });
      expect((await port.getJob(by, { id: broken })).job).toMatchObject({
        status: 'FAILED',
        failure: 'No comp was found',
        receipt: null,
      });
    });

    test('a priority change gives exact positions, and the preview of it the same without changing anything', async () => {
      const [a, b, c] = [await submit('a', 50), await submit('b', 50), await submit('c', 10)];
      const preview = await port.previewPriority(by, { id: c.id, priority: 60 });
      expect(preview).toMatchObject({
        priority: { before: 10, after: 60 },
        position: { before: 3, after: 1 },
        version: 1,
        queued: 3,
        movedCount: 2,
      });
      expect(preview.moved).toMatchObject([
        { id: a.id, name: 'a', position: { before: 1, after: 2 } },
        { id: b.id, name: 'b', position: { before: 2, after: 3 } },
      ]);
      expect((await list()).jobs.map((job) => job.id)).toEqual([a.id, b.id, c.id]);

      const { job, newPosition, receipt } = await port.setPriority(by, {
        id: c.id,
        priority: 60,
        expectedVersion: 1,
      });
      expect(priorityReceiptSchema.parse(receipt)).toMatchObject({
        priority: preview.priority,
        position: preview.position,
        changedBy: 'ada',
        version: 2,
        noop: false,
      });
      expect([job.position, newPosition, job.version]).toEqual([1, 1, 2]);
      expect((await list()).jobs.map(({ id }) => id)).toEqual([c.id, a.id, b.id]);
      expect(await audit({ action: 'setPriority' })).toMatchObject([
        {
          outcome: 'done',
          jobId: c.id,
          before: { priority: 10, position: 3 },
          after: { priority: 60, position: 1 },
        },
      ]);
    });

    test('the same priority again changes nothing and says so', async () => {
      const { id } = await submit('a', 50);
      expect((await port.setPriority(by, { id, priority: 50 })).receipt).toMatchObject({
        noop: true,
        version: 1,
        position: { before: 1, after: 1 },
      });
      expect(await audit({ action: 'setPriority' })).toMatchObject([{ outcome: 'noop' }]);
    });

    test('a stale version and a job that does not wait are refused and change nothing', async () => {
      const { id } = await submit('a', 50);
      await port.setPriority(by, { id, priority: 51 });
      expect(
        await refusal(port.setPriority(by, { id, priority: 60, expectedVersion: 1 })),
      ).toMatchObject({
        code: 'stale_version',
        status: 409,
      });
      expect((await port.getJob(by, { id })).job).toMatchObject({ priority: 51, version: 2 });
      const runs = await running();
      expect(await refusal(port.setPriority(by, { id: runs, priority: 60 }))).toMatchObject({
        code: 'job_not_queued',
        status: 409,
      });
      expect(await refusal(port.previewPriority(by, { id: runs, priority: 60 }))).toMatchObject({
        code: 'job_not_queued',
      });
    });

    test('live changes: alive first, every change in its order, resumed from any cursor; a cursor that is none is a gap', async () => {
      const cut = new AbortController();
      const follow = (lastEventId: string | null) =>
        port.onJobChange(by, { signal: cut.signal, lastEventId })[Symbol.asyncIterator]();
      const stream = follow(null);
      expect((await stream.next()).value).toMatchObject({ event: { type: 'alive', gap: false } });
      const { id } = await submit('a');
      await port.setPriority(by, { id, priority: 60 });
      await cancel(id);
      const seen = await take(stream, 3);
      expect(seen.map(({ event }) => event)).toMatchObject([
        { event: 'submit', previousStatus: null, actor: 'ada', version: 1 },
        { event: 'setPriority', previousStatus: 'QUEUED', version: 2 },
        {
          event: 'cancelQueued',
          previousStatus: 'QUEUED',
          version: 3,
          job: { status: 'CANCELLED' },
        },
      ]);
      const resumed = follow(seen[0]?.cursor ?? '');
      expect((await resumed.next()).value).toMatchObject({ event: { type: 'alive', gap: false } });
      expect(
        (await take(resumed, 2)).map(({ event }) => event.type === 'change' && event.version),
      ).toEqual(expect.arrayContaining([3]));
      expect((await follow('nonsense').next()).value).toMatchObject({
        event: { type: 'alive', gap: true },
      });
      cut.abort();
      expect(await stream.next()).toMatchObject({ done: true });
    });

    test('sign-in opens a session for the right password alone, and leaves a line either way', async () => {
      await port.createUser(by, { name: 'eve', role: 'submitter', password: PASSWORD });
      const opened = await port.login(by, { username: 'eve', password: PASSWORD });
      expect(opened).toMatchObject({ user: { name: 'eve', role: 'submitter' } });
      expect(Date.parse(opened.expiresAt)).toBeGreaterThan(Date.now());
      expect((await port.listSessions(by)).sessions).toMatchObject([
        { id: opened.sessionId, user: 'eve' },
      ]);
      for (const input of [
        { username: 'eve', password: 'wrong' },
        { username: 'nobody', password: PASSWORD },
      ]) {
        expect(await refusal(port.login(by, input))).toMatchObject({
          code: 'wrong_credentials',
          status: 401,
        });
      }
      expect((await audit({ action: 'login' })).map(({ outcome }) => outcome)).toEqual([
        'refused',
        'refused',
        'done',
      ]);
      await port.logout(by, { sessionId: opened.sessionId });
      expect((await port.listSessions(by)).sessions).toEqual([]);
    });

    test('users: a name is taken once, a change ends the sessions, the last admin stays', async () => {
      await port.createUser(by, { name: 'eve', role: 'viewer', password: PASSWORD });
      expect(
        await refusal(port.createUser(by, { name: 'eve', role: 'admin', password: PASSWORD })),
      ).toMatchObject({ code: 'name_taken' });
      expect(await refusal(port.updateUser(by, { name: 'nobody', role: 'viewer' }))).toMatchObject({
        code: 'not_found',
      });
      await port.login(by, { username: 'eve', password: PASSWORD });
      expect((await port.updateUser(by, { name: 'eve', disabled: true })).user).toMatchObject({
        name: 'eve',
        disabled: true,
        sessions: 0,
      });
      expect(await refusal(port.login(by, { username: 'eve', password: PASSWORD }))).toMatchObject({
        code: 'wrong_credentials',
      });
      const { users } = await port.listUsers(by);
      const admins = users.filter(({ role, disabled }) => role === 'admin' && !disabled);
      expect(admins).toHaveLength(1);
      for (const change of [{ role: 'viewer' }, { disabled: true }] as const) {
        expect(
          await refusal(port.updateUser(by, { name: admins[0]?.name ?? '', ...change })),
        ).toMatchObject({ code: 'last_admin' });
      }
    });

    test('tokens: the secret once, a name once, revoked for good; sessions are revoked once', async () => {
      const made = await port.createToken(by, { name: 'script', role: 'viewer', expiresInDays: 1 });
      expect(made).toMatchObject({
        secret: expect.stringMatching(/^rd_/),
        token: { name: 'script', createdBy: 'ada', revokedAt: null },
      });
      expect(JSON.stringify(await port.listTokens(by))).not.toContain(made.secret);
      expect(await refusal(port.createToken(by, { name: 'script', role: 'viewer' }))).toMatchObject(
        { code: 'name_taken' },
      );
      const { token } = await port.revokeToken(by, { name: 'script' });
      expect(token.revokedAt).not.toBeNull();
      expect((await port.revokeToken(by, { name: 'script' })).token.revokedAt).toBe(
        token.revokedAt,
      );
      expect(await refusal(port.revokeToken(by, { name: 'nothing' }))).toMatchObject({
        code: 'not_found',
      });
      expect(await refusal(port.revokeSession(by, { id: unknown }))).toMatchObject({
        code: 'not_found',
      });
    });

    test('the audit log: newest first, by actor, action, job and time, in pages that hold each line once', async () => {
      const { id } = await submit('a');
      await port.setPriority(by, { id, priority: 60 });
      await port.recordRefusal(
        { ...by, actor: { kind: 'stranger', name: 'unknown' } },
        { action: 'cancelJob', code: 'unauthenticated', jobId: id },
      );
      const lines = await audit({ jobId: id });
      expect(lines.map(({ action, outcome, code }) => [action, outcome, code])).toEqual([
        ['cancelJob', 'refused', 'unauthenticated'],
        ['setPriority', 'done', null],
        ['submitJob', 'done', null],
      ]);
      expect(await audit({ jobId: id, actor: 'ada', action: 'submitJob' })).toEqual(lines.slice(2));
      expect(await audit({ jobId: id, from: '2999-01-01T00:00:00.000Z' })).toEqual([]);
      const first = await port.listAudit(by, listAuditInput.parse({ jobId: id, limit: 2 }));
      expect(first.entries).toEqual(lines.slice(0, 2));
      const second = await port.listAudit(
        by,
        listAuditInput.parse({ jobId: id, limit: 2, cursor: first.nextCursor ?? '' }),
      );
      expect(second).toEqual({ entries: lines.slice(2), nextCursor: null });
    });
  });
}

type Frame = { readonly cursor: string; readonly event: JobChangeEvent };

/** The next so many changes. */
async function take(stream: AsyncIterator<Frame>, count: number): Promise<Frame[]> {
  const taken: Frame[] = [];
  while (taken.length < count) {
    const next = await stream.next();
    if (next.done === true)
      throw new Error(`The stream ended after ${taken.length} of ${count} changes.`);
    if (next.value.event.type === 'change') taken.push(next.value);
  }
  return taken;
}
