import { isDeepStrictEqual } from 'node:util';
import {
  type Action,
  ANONYMOUS,
  type GetJobOutput,
  isAllowed,
  isFinal,
  jobIdSchema,
  priorityOfNexrender,
  refuse,
  SERVER_FIELDS,
  tagsSchema,
} from '@renderdeck/contract';
import { type AdminCaller, type ApiContext, problemOf } from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { findId } from './deprecated-route.ts';
import { type NexrenderServerJob, showJob } from './show-job.ts';

const NO_JOB = 'The body is a nexrender job, or the part of it that changes.';
const record = z.record(z.string(), z.unknown(), { error: NO_JOB });
type Body = z.infer<typeof record>;

/**
 * These fields change while a client holds the job, so they may differ in a job that is sent back
 * unchanged.
 */
const CHANGES_BY_ITSELF: ReadonlySet<string> = new Set(['renderProgress', 'updatedAt']);
/** A job that runs again gets its own values of these fields. */
const OF_SERVER: ReadonlySet<string> = new Set([...SERVER_FIELDS, 'outputs']);

/** What a PUT asks for. Null: leave it as it is. */
type Wanted = {
  readonly again: boolean;
  readonly priority: number | null;
  readonly tags: string | string[] | null;
};

/**
 * Changes what a PUT can change, and gives the job after the change: the priority and the tags of a
 * job that waits, and `state: queued` of a job that has ended, which runs again under its uid. A
 * body that changes another field changes nothing, and the refusal names each such field. A field
 * that equals the job's own value counts as not sent, so a client may read a job, change it and
 * send it back.
 */
export async function changeJob(
  context: ApiContext,
  caller: AdminCaller,
  uid: string,
  body: unknown,
): Promise<NexrenderServerJob> {
  const { seen, wanted } = await readWanted(context, caller, uid, body);
  const { again, tags } = wanted;
  const { id } = seen.job;
  const priority = wanted.priority === null ? {} : { priority: wanted.priority };
  const changed = again
    ? (await caller.resubmitJob({ id, takeUid: true, ...priority })).job.id
    : id;
  if (!again && wanted.priority !== null)
    await caller.setPriority({ id, priority: wanted.priority });
  if (tags !== null) await caller.setTags({ id: changed, tags });
  return showJob(await caller.getJob({ id: changed }));
}

/**
 * Reads what the body asks for. A refusal writes the same audit line as the procedure that the
 * client means.
 */
async function readWanted(
  context: ApiContext,
  caller: AdminCaller,
  uid: string,
  body: unknown,
): Promise<{ readonly seen: GetJobOutput; readonly wanted: Wanted }> {
  const { actor } = await context.authenticate();
  const id = await findId(context, uid);
  let action: Action = 'setPriority';
  try {
    // A refused getJob would write an audit line of its own.
    if (!isAllowed(actor, 'getJob'))
      throw refuse(actor.kind === ANONYMOUS ? 'unauthenticated' : 'forbidden');
    const seen = await caller.getJob({ id });
    const read = record.safeParse(body);
    const changes = read.success ? findChanges(read.data, showJob(seen)) : {};
    const again = changes.state === 'queued' && isFinal(seen.job.status);
    if (again) action = 'resubmitJob';
    else if ('tags' in changes && !('priority' in changes)) action = 'setTags';
    if (!isAllowed(actor, action)) throw refuse('forbidden');
    if (!read.success) throw refuse('invalid_input', NO_JOB);
    return { seen, wanted: { again, ...checkChanges(changes, seen, again) } };
  } catch (error) {
    const refused = error instanceof TRPCError ? problemOf(error) : null;
    if (refused !== null && refused.status < 500) {
      const named = jobIdSchema.safeParse(id);
      const act = { action, code: refused.code, jobId: named.success ? named.data : null };
      await context.port.recordRefusal({ ...context.request, actor }, act);
    }
    throw error;
  }
}

/** The fields of the body that differ from those of the job. */
function findChanges(body: Body, shown: NexrenderServerJob): Body {
  const differs = ([name, value]: [string, unknown]) =>
    !CHANGES_BY_ITSELF.has(name) && !isDeepStrictEqual(value ?? null, shown[name] ?? null);
  return Object.fromEntries(Object.entries(body).filter(differs));
}

function checkChanges(
  { priority, tags, ...others }: Body,
  { job }: GetJobOutput,
  again: boolean,
): Omit<Wanted, 'again'> {
  const fields = Object.keys(others)
    .filter((field) => !again || !OF_SERVER.has(field))
    .map((field) => ({ field, message: whyNot(field, others[field]) }));
  const [first] = fields;
  if (first !== undefined)
    throw refuse('invalid_input', `${JSON.stringify(first.field)}: ${first.message}`, { fields });
  const read = tagsSchema.nullish().safeParse(tags);
  if (!read.success) throw refuse('invalid_input', read.error.issues[0]?.message);
  const wanted = priority === undefined ? job.priority : priorityOfNexrender(priority);
  return { priority: wanted === job.priority ? null : wanted, tags: read.data ?? null };
}

function whyNot(field: string, value: unknown): string {
  return field === 'state' && value === 'queued'
    ? 'The job has not ended. DELETE stops it, and then it can run again.'
    : 'Only priority, tags and `state: queued` can be changed, and DELETE stops a job; leave ' +
        'this out, or send it as the job shows it.';
}
