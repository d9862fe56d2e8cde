import { randomUUID } from 'node:crypto';
import {
  type ErrorCode,
  type GetAttemptLogInput,
  HIDDEN,
  isAllowed,
  PERMISSIONS,
  refuse,
  type SubmitJobInput,
} from '@renderdeck/contract';
import type { AdminPort, RequestContext } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { checkSubmittedJob, type JobRules } from './check-submitted-job.ts';
import type { LiveFeeds } from './live/live-feeds.ts';
import type { LogStream } from './live/log-stream.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { rejectionToError } from './rejection-to-error.ts';
import {
  wireAccount,
  wireAttempt,
  wireAuditEntry,
  wireAuditProof,
  wireHost,
  wireJob,
  wirePriorityReceipt,
  wireToken,
} from './to-wire.ts';

const LEFT_TO_THE_HOST: JobRules = { assetRoots: [], outputRoots: [], actions: [] };

/** The contract's AdminPort over the use cases: translates inputs, outcomes and times, and decides nothing. */
export function bindAdminPort(
  db: Database,
  live: LiveFeeds,
  logs: LogStream,
  jobRules: JobRules = LEFT_TO_THE_HOST,
  refusals: operations.RefusalCounter = operations.countRefusals(db, () => undefined),
  sessionLife: operations.SessionLife = operations.SESSION_LIFE,
): AdminPort {
  const by = (requestContext: RequestContext): operations.AdminContext => ({
    db,
    requestContext,
    newId: randomUUID,
  });
  const readLog = async (input: GetAttemptLogInput) => {
    const read = await operations.getAttemptLog(db, {
      id: input.id,
      attempt: input.attempt ?? null,
      after: input.after,
      limit: input.limit,
    });
    if (!read.ok) throw rejectionToError(read.rejection);
    if (read.attemptId === null && (await operations.findJobView(db, input.id)) === null)
      throw rejectionToError({ code: 'unknownJob', id: input.id });
    const chunks = read.chunks.map(({ seq, at, stream, lines }) => ({
      seq,
      at: at.toISOString(),
      stream,
      lines: [...lines],
    }));
    return {
      attempt: read.attempt,
      attemptId: read.attemptId,
      chunks,
      after: chunks.at(-1)?.seq ?? input.after,
    };
  };

  return {
    async login(requestContext, { username, password }) {
      const signedIn = await operations.login(by(requestContext), username, password, sessionLife);
      if (!signedIn.ok) throw notSignedIn(signedIn.retryAfterSeconds);
      const { user, sessionId, expiresAt } = signedIn;
      return {
        user: { name: user.name, role: user.role },
        sessionId,
        expiresAt: expiresAt.toISOString(),
      };
    },
    logout: (requestContext, sessionId) => operations.logout(by(requestContext), sessionId),
    async me({ actor }) {
      if (!('role' in actor)) throw refuse('unauthenticated');
      return {
        user: { name: actor.name, role: actor.role },
        can: {
          stop: isAllowed(actor, 'cancelJob'),
          prioritise: isAllowed(actor, 'setPriority'),
          submit: isAllowed(actor, 'submitJob'),
          access: isAllowed(actor, 'listUsers'),
          auditAll: isAllowed(actor, 'listAudit'),
        },
        admins: [...(await operations.listUserNames(db, PERMISSIONS.cancelJob))],
        serverTime: new Date().toISOString(),
      };
    },

    async listJobs(_asker, { status, show, cursor, limit }) {
      const after = cursor === undefined ? null : readCursor(cursor);
      const page = await operations.listJobs(db, { status: status ?? null, show, after, limit });
      return {
        jobs: page.views.map(wireJob),
        nextCursor: page.next === null ? null : writeCursor(page.next),
        counts: page.counts,
      };
    },
    async getJob(_asker, { id }) {
      const found = await operations.getJob(db, id);
      if (!found.ok) throw rejectionToError(found.rejection);
      const { view, attempts, nexrenderJob, hostLastHeardAt } = found;
      return {
        job: wireJob(view),
        attempts: attempts.map(wireAttempt),
        nexrenderJob,
        hostLastHeardAt: hostLastHeardAt?.toISOString() ?? null,
      };
    },
    async previewPriority(_asker, { id, priority }) {
      const previewed = await operations.previewPriority(db, id, priority);
      if (!previewed.ok) throw rejectionToError(previewed.rejection);
      const { preview } = previewed;
      return { ...preview, moved: [...preview.moved], at: preview.at.toISOString() };
    },
    listHosts: async () => ({ hosts: (await operations.listHostViews(db)).map(wireHost) }),
    async listAudit(_asker, { actor, action, outcome, jobId, from, to, cursor, limit }) {
      if (cursor !== undefined && !/^\d{1,18}$/.test(cursor))
        throw refuse(
          'invalid_input',
          'cursor: This is no cursor of the audit log; use nextCursor of the page before.',
        );
      const filter = {
        actor: actor ?? null,
        action: action ?? null,
        outcome: outcome ?? null,
        jobId: jobId ?? null,
        from: from === undefined ? null : new Date(from),
        to: to === undefined ? null : new Date(to),
        before: cursor === undefined ? null : BigInt(cursor),
      };
      const rows = await operations.listAuditRows(db, filter, limit + 1);
      const entries = rows.slice(0, limit).map(wireAuditEntry);
      return { entries, nextCursor: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
    },
    async verifyAudit(_asker, { anchor, after }) {
      return wireAuditProof(await operations.verifyAudit(db, placeOf(anchor), placeOf(after)));
    },
    async getAttemptLog(_asker, input) {
      const { attempt, chunks, after } = await readLog(input);
      return { attempt, chunks, after };
    },

    async submitJob(requestContext, input) {
      checkSubmittedJob(input.job, jobRules);
      const submission = {
        name: nameOf(input),
        priority: input.priority,
        nexrenderJob: input.job,
        limits: input.limits ?? {},
      };
      const key = input.idempotencyKey;
      if (key === undefined)
        return { job: wireJob(await operations.submitJob(by(requestContext), submission)) };
      const submitted = await operations.submitJobOnce(by(requestContext), submission, key);
      if (!submitted.ok)
        throw refuse('idempotency_key_reused', undefined, { jobId: submitted.jobId });
      return { job: wireJob(submitted.view) };
    },
    async cancelJob(requestContext, { id, reason, waitMs }, signal) {
      const watch = live.watch(id);
      try {
        const cancelled = await operations.cancelJob(by(requestContext), id, reason ?? null);
        if (!cancelled.ok) throw rejectionToError(cancelled.rejection);
        const { view } = cancelled;
        const waits = view.receipt?.outcome === 'cancelling' && waitMs > 0;
        // A change from before the cancel may arrive after it: it shows no receipt yet.
        if (waits)
          await watch.until(
            ({ receipt }) => receipt !== null && receipt.outcome !== 'cancelling',
            waitMs,
            signal,
          );
        const job = wireJob((waits ? await operations.findJobView(db, id) : null) ?? view);
        if (job.receipt === null) throw new Error(`job ${id} was cancelled without a receipt`);
        return { job, receipt: job.receipt };
      } finally {
        watch.stop();
      }
    },
    async setPriority(requestContext, { id, priority, expectedVersion }) {
      const set = await operations.setPriority(by(requestContext), {
        id,
        priority,
        expectedVersion: expectedVersion ?? null,
      });
      if (!set.ok) throw rejectionToError(set.rejection);
      return {
        job: wireJob(set.view),
        newPosition: set.receipt.position.after,
        receipt: wirePriorityReceipt(set.receipt),
      };
    },

    onJobChange: (_asker, { signal, lastEventId }) => live.follow(lastEventId, signal),
    async *onAttemptLog(_asker, jobId, { signal, lastEventId }) {
      let after = Number(lastEventId ?? 0);
      let following: string | null = null;
      for await (const _ of logs.follow(jobId, () => following, signal)) {
        for (let more = true; more; ) {
          const read = await readLog({ id: jobId, after, limit: 200 });
          const before: string | null = following;
          following = read.attemptId;
          if (before !== null && following !== before) {
            // The next attempt counts its chunks anew.
            after = 0;
            continue;
          }
          after = read.after;
          // Lines that came before it was known whose they are woke nobody.
          more = read.chunks.length > 0 || following !== before;
          yield* read.chunks;
        }
      }
    },
    async *onHostChange(_asker, { signal }) {
      const changes = live.followHosts(signal);
      yield* (await operations.listHostViews(db)).map(wireHost);
      yield* changes;
    },

    listUsers: async () => ({ users: (await operations.listAccounts(db, null)).map(wireAccount) }),
    createUser: async (requestContext, user) =>
      accountOf(await operations.createUser(by(requestContext), user), user.name),
    updateUser: async (requestContext, { name, role, password, disabled }) =>
      accountOf(
        await operations.updateUser(by(requestContext), {
          name,
          ...(role === undefined ? {} : { role }),
          ...(password === undefined ? {} : { password }),
          ...(disabled === undefined ? {} : { disabled }),
        }),
        name,
      ),
    listTokens: async () => ({ tokens: (await operations.listTokens(db)).map(wireToken) }),
    async createToken(requestContext, { name, role, expiresInDays }) {
      const made = await operations.createToken(by(requestContext), {
        name,
        role,
        expiresInDays: expiresInDays ?? null,
      });
      if (made === null)
        throw refuse('name_taken', `A token named ${name} exists; choose another name.`);
      return { token: wireToken(made.token), secret: made.secret };
    },
    async revokeToken(requestContext, name) {
      const token = await operations.revokeToken(by(requestContext), name);
      if (token === null)
        throw refuse('not_found', `No token is named ${name}; list the tokens to see their names.`);
      return { token: wireToken(token) };
    },
    listSessions: async () => ({
      sessions: (await operations.listOpenSessions(db)).map(({ session, user }) => ({
        id: session.id,
        user,
        address: session.address,
        createdAt: session.createdAt.toISOString(),
        lastSeenAt: session.lastSeenAt.toISOString(),
        expiresAt: session.expiresAt.toISOString(),
      })),
    }),
    async revokeSession(requestContext, id) {
      if (!(await operations.revokeSession(by(requestContext), id)))
        throw refuse('not_found', 'No open session has this id; it may be over already.');
    },

    recordRefusal: (requestContext, { action, code, jobId }) =>
      refusals.record(by(requestContext), action, code, jobId),
  };
}

/** A place in the audit chain, as an earlier verification gave it. */
function placeOf(head: string | undefined): operations.Anchor | null {
  const [seq, hash = ''] = head?.split(':') ?? [];
  return seq === undefined ? null : { seq: BigInt(seq), hash };
}

function notSignedIn(retryAfterSeconds: number | null): Error {
  if (retryAfterSeconds === null) return refuse('wrong_credentials');
  const detail = `Too many sign-ins were tried with this name or from this address; try again in ${retryAfterSeconds} s.`;
  return refuse('too_many_requests', detail, { retryAfterSeconds });
}

const USER_REFUSAL = {
  nameTaken: 'name_taken',
  unknownUser: 'not_found',
  lastAdmin: 'last_admin',
} as const satisfies Readonly<Record<operations.UserRefusal, ErrorCode>>;

function accountOf(outcome: operations.UserOutcome, name: string) {
  if (outcome.ok) return { user: wireAccount(outcome.account) };
  const sentence =
    outcome.refusal === 'unknownUser'
      ? `No user is named ${name}; list the users to see their names.`
      : undefined;
  throw refuse(USER_REFUSAL[outcome.refusal], sentence);
}

/** What stands before the path of an address, which may be `user:password@host`; and all of a data: address, which has none. */
const BEFORE_PATH = /^(?:data:.*|[a-z][a-z0-9+.-]*:\/\/[^/\\]*)/is;

/** What people call the job where they gave it no name: its composition and its template's file. */
function nameOf({ name, job }: SubmitJobInput): string {
  if (name !== undefined) return name;
  const [path] = job.template.src.replace(BEFORE_PATH, '').split(/[?#]/);
  const file = path?.split(/[\\/]/).at(-1) ?? '';
  const shown = file.includes(HIDDEN) ? '' : file;
  return `${job.template.composition}${shown === '' ? '' : ` (${shown})`}`.slice(0, 200);
}
