/*
 * An edited copy of a job: a submission that names the job it comes from. The person who edits it
 * saw HIDDEN in place of each secret. The secrets of the parts that stayed as they were are copied
 * inside the database, so this process never reads them (keep-secrets.ts of the domain).
 */
import {
  type Actor,
  decideResubmit,
  type Job,
  type Json,
  type KeptSecrets,
  keepSecrets,
  type SplitJob,
  writePath,
} from '@renderdeck/domain';
import { copySecrets, type Database, findSubmitter, lockJob, lockOrder } from '@renderdeck/store';
import { type Result, reject } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';

export type LockedSource = {
  readonly job: Job;
  readonly order: Awaited<ReturnType<typeof lockOrder>>;
  readonly keep: KeptSecrets;
};

/**
 * Locks the job that a submission comes from, and returns which of its secrets stay. Rejected as a
 * plain run again of that job, and with `secretsLost` if a value is hidden for which none stays.
 */
export async function lockSource(
  tx: Database,
  actor: Actor,
  edited: {
    readonly rerunOf: string;
    readonly nexrenderJob: unknown;
    readonly priority: number;
    readonly submitPriorityMax: number;
  },
): Promise<Result<LockedSource>> {
  const { rerunOf: id, priority } = edited;
  const locked = await lockJob(tx, id);
  if (locked === null) return reject({ code: 'unknownJob', id });
  const { job } = locked;
  const submitter = await findSubmitter(tx, id);
  // Deleted secrets do not matter here: the person can give them again.
  const asked = { job, submitter, secretsDeletedAt: null };
  const decision = decideResubmit(actor, asked, priority, edited.submitPriorityMax);
  if (!decision.ok) return decision;
  const order = await lockOrder(tx, id);
  const nexrenderJob: Json = JSON.parse(JSON.stringify(edited.nexrenderJob));
  const { nexrenderJob: shown, hidden, secretsDeletedAt } = order;
  const areDeleted = secretsDeletedAt !== null;
  const keep = keepSecrets({ shown, hidden, areDeleted }, nexrenderJob);
  if (keep.lost.length > 0)
    return reject({ code: 'secretsLost', places: keep.lost.map(writePath) });
  return { ok: true, job, order, keep };
}

/** The edited job without the places of the secrets that stay: the database copies those. */
export function withoutKept(split: SplitJob, source: LockedSource | undefined): SplitJob {
  if (source === undefined) return split;
  const { kept } = source.keep;
  const places = new Set(kept.map(({ path }) => JSON.stringify(path)));
  const isNew = ({ path }: { readonly path: SplitJob['hidden'][number]['path'] }) =>
    !places.has(JSON.stringify(path));
  const { shown, secrets, hidden } = split;
  return { shown, secrets: secrets.filter(isNew), hidden: [...hidden.filter(isNew), ...kept] };
}

/** Copies the secrets that stay to the new job, and links the old job to it. */
export async function linkToSource(
  tx: Database,
  actor: Actor,
  { job, keep }: LockedSource,
  newId: string,
): Promise<void> {
  if (keep.parts.length > 0) await copySecrets(tx, job.id, newId, keep.parts);
  // The old job gets a new version, so that clients that follow it learn of the new job.
  const linked = { ...job, version: job.version + 1 };
  const facts = { rerunBy: newId };
  await saveChange(tx, job, linked, { event: 'resubmit', actor: actor.name, facts });
}
