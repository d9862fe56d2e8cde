import { createHash } from 'node:crypto';
import {
  type Actor,
  accountOf,
  decideSubmitPriority,
  type HiddenPlace,
  type Job,
  type JobLimits,
  type JobView,
  type Json,
  MAX_ATTEMPTS,
  PRIORITY,
  type RequestContext,
  splitSecrets,
  tagsOfNexrenderJob,
} from '@renderdeck/domain';
import {
  type Database,
  findCallbackSecret,
  findOrInsertSubmission,
  getLockedJobView,
  insertJobs,
  inTransaction,
  isJobId,
  type SubmittedJob,
  UIDS,
} from '@renderdeck/store';
import { type AdminContext, audit, auditedBy, type Result, reject } from '../operation-context.ts';
import { makeWebhookSecret } from '../webhook-secret.ts';
import { type LockedSource, linkToSource, lockSource, withoutKept } from './edited-rerun.ts';

export type Submission = {
  readonly name: string;
  /** The file name of the template, as everyone may see it. */
  readonly template?: string | null;
  readonly priority: number;
  /** The job as submitted, parsed from JSON. */
  readonly nexrenderJob: unknown;
  readonly limits?: JobLimits;
  /** Paths of values of the job that are secret in addition to those that the rules find. */
  readonly secretPaths?: readonly HiddenPlace['path'][] | undefined;
  /** A second submission with the same key queues nothing. Not together with `uid`. */
  readonly idempotencyKey?: string | undefined;
  /** The uid by which clients of nexrender-server find the job. */
  readonly uid?: string | undefined;
  /** Where the end of the job is told. Without a secret, one is made. */
  readonly callback?: { readonly url: string; readonly secret?: string | undefined } | undefined;
  /** The job that this one is an edited copy of. Its secrets stay where the copy is as it was. */
  readonly rerunOf?: string | undefined;
  /** The highest priority that a submitter may ask for. */
  readonly submitPriorityMax?: number;
};
/** `callbackSecret`: the secret that was made for the callback; null if none was made. */
type Submitted = { readonly view: JobView; readonly callbackSecret: string | null };

/**
 * Queues a job behind all jobs of its priority, and stores its secrets separately. If the same user
 * or token submits the same job again with the same key, or anybody with the same uid, it returns
 * the first job in its current state. The same user or token then gets the same secret of the
 * callback, too. Rejected with `keyReused` if the key belongs to a different
 * submission, with `uidTaken` if the uid does, and with `priorityTooHigh` if the actor may not ask
 * for that priority. For an edited copy of a job, edited-rerun.ts adds its rules.
 */
export async function submitJob(
  context: AdminContext,
  input: Submission,
  insertOne: (job: SubmittedJob) => Promise<JobView> = (job) => insertJob(context.db, job),
): Promise<Result<Submitted>> {
  const { requestContext } = context;
  const { idempotencyKey: key, uid, submitPriorityMax = PRIORITY.default, ...submission } = input;
  const { actor } = requestContext;
  const allowed = decideSubmitPriority(actor, submission.priority, submitPriorityMax);
  if (!allowed.ok) return reject(allowed.rejection);
  const jobId = context.newId();
  // One statement saves the job, its history and its audit line, and notifies.
  const own =
    uid === undefined ? { principal: principalOf(actor), key } : { principal: UIDS, key: uid };
  const { rerunOf } = input;
  const madeFor = ({ job }: SubmittedJob) =>
    input.callback?.secret === undefined ? (job.callback?.secret ?? null) : null;
  if (own.key === undefined && rerunOf === undefined) {
    const job = toSubmittedJob(requestContext, jobId, submission);
    return { ok: true, view: await insertOne(job), callbackSecret: madeFor(job) };
  }
  // The template is a part of the job.
  const { template: _, ...compared } = submission;
  return await inTransaction(context.db, async (tx): Promise<Result<Submitted>> => {
    const asked = { nexrenderJob: submission.nexrenderJob, priority: input.priority };
    const source =
      rerunOf === undefined
        ? null
        : await lockSource(tx, actor, { ...asked, rerunOf, submitPriorityMax });
    if (source?.ok === false) return source;
    const job = toSubmittedJob(requestContext, jobId, submission, source ?? undefined);
    const made = madeFor(job);
    if (uid !== undefined && (await isJobId(tx, uid)))
      return reject({ code: 'uidTaken', uid, jobId: uid });
    if (own.key !== undefined) {
      const wanted = { ...own, key: own.key, fingerprint: fingerprint(compared), jobId };
      const stored = await findOrInsertSubmission(tx, wanted);
      if (stored.jobId !== jobId) {
        const known = { ...stored, asked: wanted.fingerprint, uid, made };
        return await repeatSubmission(tx, requestContext, known);
      }
    }
    const view = await insertJob(tx, job);
    if (source === null) return { ok: true, view, callbackSecret: made };
    await linkToSource(tx, actor, source, jobId);
    return { ok: true, view: await getLockedJobView(tx, jobId), callbackSecret: made };
  });
}

/** The first job of a key or uid, or why this submission is another one. */
async function repeatSubmission(
  tx: Database,
  requestContext: RequestContext,
  known: {
    readonly jobId: string;
    readonly fingerprint: string;
    readonly asked: string;
    readonly uid: string | undefined;
    readonly made: string | null;
  },
): Promise<Result<Submitted>> {
  const { jobId, fingerprint: first, asked, uid, made } = known;
  if (first !== asked)
    return reject(
      uid === undefined ? { code: 'keyReused', jobId } : { code: 'uidTaken', uid, jobId },
    );
  await audit(tx, requestContext, { action: 'submitJob', outcome: 'noop', jobId });
  const view = await getLockedJobView(tx, jobId);
  // Anybody may repeat a submission with a uid, so its secret is told only once.
  const isTold = made !== null && uid === undefined;
  const callbackSecret = isTold ? await findCallbackSecret(tx, jobId) : null;
  return { ok: true, view, callbackSecret };
}

async function insertJob(db: Database, job: SubmittedJob): Promise<JobView> {
  const [view] = await insertJobs(db, [job]);
  if (view === undefined) throw new Error('the submission returned no job');
  return view;
}

function toSubmittedJob(
  requestContext: RequestContext,
  id: string,
  { name, template = null, priority, limits = {}, ...more }: Submission,
  source?: LockedSource,
): SubmittedJob {
  const { secretPaths, nexrenderJob, callback } = more;
  const order: Json = JSON.parse(JSON.stringify(nexrenderJob));
  const { shown, secrets, hidden } = withoutKept(splitSecrets(order, secretPaths), source);
  const tags = tagsOfNexrenderJob(order);
  const rerunOf = source === undefined ? null : source.job.id;
  return {
    job: {
      ...{ id, name, template, priority, tags, secrets, hidden, rerunOf },
      limits: { ...source?.order.limits, ...limits },
      maxAttempts: MAX_ATTEMPTS,
      submittedBy: requestContext.actor.name,
      submitter: accountOf(requestContext.actor),
      nexrenderJob: shown,
      callback: callback === undefined ? null : toCallback(callback),
    },
    by: auditedBy(requestContext),
    entry: {
      action: 'submitJob',
      outcome: 'done',
      after: {
        ...{ name, priority, ...tagsInAudit({ tags }), ...callbackInAudit(callback) },
        ...(rerunOf === null ? {} : { rerunOf }),
      },
    },
  };
}

/** A million origins have so many hashes, so that one statement can look at all of them. */
const ORIGIN_HASHES = 4096;

function toCallback({
  url,
  secret = makeWebhookSecret(),
}: NonNullable<Submission['callback']>): NonNullable<SubmittedJob['job']['callback']> {
  const hash = createHash('sha256').update(new URL(url).origin).digest().readUInt16BE(0);
  return { address: url, secret, originHash: hash % ORIGIN_HASHES };
}

/** The audit line has only the origin of the address, because the path is often a secret. */
function callbackInAudit(callback: Submission['callback']): { readonly callback?: string } {
  return callback === undefined ? {} : { callback: new URL(callback.url).origin };
}

/** The tags of a job in its audit line. A job without tags has no such field. */
export function tagsInAudit({ tags }: Pick<Job, 'tags'>): { readonly tags?: string } {
  return tags.length === 0 ? {} : { tags: tags.join(', ') };
}

/** The owner of the idempotency keys of this actor. */
export function principalOf(actor: Actor): string {
  return `${actor.kind} ${'id' in actor ? actor.id : actor.name}`;
}

/** A text that is the same for equal submissions, in any order of their fields. */
export function fingerprint(submission: object): string {
  const sorted = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value;
  return createHash('sha256').update(JSON.stringify(submission, sorted)).digest('hex');
}
