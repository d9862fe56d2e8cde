import {
  describeStop,
  type GetJobOutput,
  instantSchema,
  isFullPath,
  nexrenderPriority,
  tagsOfNexrenderJob,
  type WireJob,
} from '@renderdeck/contract';
import { z } from 'zod';
import { mapState, NEXRENDER_STATES } from './map-state.ts';

const state = z.enum(NEXRENDER_STATES);

/** A job as nexrender-server shows it: the submitted nexrender job, and the server's own fields. */
export const nexrenderServerJob = z.looseObject({
  uid: z.string(),
  type: z.unknown(),
  state,
  /** The first published file, and all of them; for a module that leaves the host, its name. */
  output: z.string(),
  outputs: z.array(z.string()),
  tags: z.unknown(),
  priority: z.int(),
  creator: z.string(),
  executor: z.string().optional(),
  renderProgress: z.int(),
  error: z.string().optional(),
  timings: z.object({}),
  createdAt: instantSchema,
  updatedAt: instantSchema,
  startedAt: instantSchema.optional(),
  finishedAt: instantSchema.optional(),
  errorAt: instantSchema.optional(),
});
export type NexrenderServerJob = z.infer<typeof nexrenderServerJob>;

/** A job without the submitted nexrender job: the answer of `/status`. */
export const nexrenderStatus = z.object({
  uid: z.string(),
  state,
  type: z.unknown(),
  tags: z.unknown(),
  renderProgress: z.int(),
  error: z.string().nullable(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  errorAt: instantSchema.nullable(),
  jobCreator: z.string(),
  jobExecutor: z.string().nullable(),
  timings: z.object({}),
});
export type NexrenderStatus = z.infer<typeof nexrenderStatus>;

/** Fields that only the server sets. Fields of the same name in a submitted job are not shown. */
const OURS = new Set(
  Object.keys(nexrenderServerJob.shape).filter((name) => name !== 'type' && name !== 'tags'),
);
const record = z.record(z.string(), z.unknown());

/** What showJob needs besides the job. It changes only with the version of the job. */
export type Details = Pick<GetJobOutput, 'nexrenderJob' | 'published' | 'uid'>;

export function showJob({
  job,
  nexrenderJob,
  published,
  uid,
}: Details & Pick<GetJobOutput, 'job'>): NexrenderServerJob {
  const submitted = record.catch({}).parse(nexrenderJob);
  const { id, submittedBy, host, createdAt, startedAt, endedAt } = job;
  const state = mapState(job.status, job.phase);
  const latest = [
    createdAt,
    startedAt,
    job.receipt?.requestedAt,
    job.receipt?.confirmedAt,
    endedAt,
  ].filter((at) => typeof at === 'string');
  return {
    ...{
      type: 'default',
      tags: '',
      assets: [],
      actions: { prerender: [], postrender: [] },
    },
    ...Object.fromEntries(Object.entries(submitted).filter(([name]) => !OURS.has(name))),
    uid: uid ?? id,
    type: submitted.type ?? 'default',
    state,
    output: published.find(isFullPath) ?? '',
    outputs: published,
    tags: showTags(submitted.tags, job.tags),
    priority: nexrenderPriority(job.priority),
    creator: submittedBy,
    renderProgress: state === 'finished' ? 100 : Math.floor(job.progress),
    timings: {},
    createdAt,
    updatedAt: latest.toSorted().at(-1) ?? createdAt,
    ...(host === null ? {} : { executor: host }),
    ...(startedAt === null ? {} : { startedAt }),
    ...(state === 'finished' && endedAt !== null ? { finishedAt: endedAt } : {}),
    ...(state === 'error' ? { error: errorOf(job) } : {}),
    ...(state === 'error' && endedAt !== null ? { errorAt: endedAt } : {}),
  };
}

/** As submitted, unless an admin gave the job other tags. */
function showTags(submitted: unknown, tags: readonly string[]): unknown {
  return tagsOfNexrenderJob({ tags: submitted }).join() === tags.join()
    ? (submitted ?? '')
    : tags.join();
}

export function showStatus(job: NexrenderServerJob): NexrenderStatus {
  const { uid, state, type, tags, renderProgress, createdAt, updatedAt, timings } = job;
  const { error = null, startedAt = null, finishedAt = null, errorAt = null } = job;
  const times = { createdAt, updatedAt, startedAt, finishedAt, errorAt };
  return {
    uid,
    state,
    type,
    tags: tags || null,
    renderProgress,
    error,
    ...times,
    jobCreator: job.creator,
    jobExecutor: job.executor ?? null,
    timings,
  };
}

/**
 * Why the job ended: nexrender's own words, or who cancelled the job and whether its end is proven.
 */
function errorOf({ failure, receipt }: WireJob): string {
  if (receipt === null) return failure ?? 'The job failed.';
  const why = receipt.reason === null ? '' : `: ${receipt.reason}`;
  const doubt =
    receipt.outcome === 'cancelled' ? '' : `. ${describeStop(receipt, Date.now()).sentence}`;
  return `cancelled by ${receipt.requestedBy}${why}${doubt}`;
}
