import { isDeepStrictEqual } from 'node:util';
import {
  ANONYMOUS,
  isAllowed,
  jobIdSchema,
  priorityOfNexrender,
  refuse,
} from '@renderdeck/contract';
import { type AdminCaller, type ApiContext, problemOf } from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { type NexrenderServerJob, showJob } from './show-job.ts';

const record = z.record(z.string(), z.unknown(), {
  error: 'The body is a nexrender job, or the part of it that changes.',
});

/**
 * These fields change while a client holds the job, so they may differ in a job that is sent back
 * unchanged.
 */
const CHANGES_BY_ITSELF: ReadonlySet<string> = new Set(['renderProgress', 'updatedAt']);

/**
 * Sets the priority, which is the only field that a PUT can change, and gives the job after the
 * change. A body that changes another field changes nothing, and the refusal names each such field.
 * A field that equals the job's own value counts as not sent, so a client may read a job, change
 * its priority and send it back.
 */
export async function setPriority(
  context: ApiContext,
  caller: AdminCaller,
  uid: string,
  body: unknown,
): Promise<NexrenderServerJob> {
  const shown = await refusedAs(context, uid, async () => {
    const seen = await caller.getJob({ id: uid });
    const wanted = record.safeParse(body);
    if (!wanted.success)
      throw refuse('invalid_input', 'The body is a nexrender job, or the part of it that changes.');
    const job = showJob(seen);
    refuseOtherChanges(wanted.data, job);
    const priority =
      wanted.data.priority === undefined
        ? seen.job.priority
        : priorityOfNexrender(wanted.data.priority);
    return { job, priority: priority === seen.job.priority ? null : priority };
  });
  if (shown.priority === null) return shown.job;
  await caller.setPriority({ id: uid, priority: shown.priority });
  return showJob(await caller.getJob({ id: uid }));
}

function refuseOtherChanges(
  wanted: Readonly<Record<string, unknown>>,
  shown: NexrenderServerJob,
): void {
  const other = Object.keys(wanted).filter(
    (name) =>
      name !== 'priority' &&
      !CHANGES_BY_ITSELF.has(name) &&
      !isDeepStrictEqual(wanted[name] ?? null, shown[name] ?? null),
  );
  if (other.length === 0) return;
  const message =
    'Only priority can be changed, and DELETE stops a job; leave this out, ' +
    'or send it as the job shows it.';
  throw refuse('invalid_input', `${JSON.stringify(other[0])}: ${message}`, {
    fields: other.map((field) => ({ field, message })),
  });
}

/** Checks the permission first. Each refusal writes the same audit line as the procedure. */
async function refusedAs<Result>(
  context: ApiContext,
  uid: string,
  read: () => Promise<Result>,
): Promise<Result> {
  const { actor } = await context.authenticate();
  try {
    if (!isAllowed(actor, 'setPriority'))
      throw refuse(actor.kind === ANONYMOUS ? 'unauthenticated' : 'forbidden');
    return await read();
  } catch (error) {
    const refused = error instanceof TRPCError ? problemOf(error) : null;
    if (refused !== null && refused.status < 500) {
      const named = jobIdSchema.safeParse(uid);
      const act = {
        action: 'setPriority',
        code: refused.code,
        jobId: named.success ? named.data : null,
      } as const;
      await context.port.recordRefusal({ ...context.request, actor }, act);
    }
    throw error;
  }
}
