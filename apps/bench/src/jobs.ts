import { getJob, submitJob } from '@renderdeck/operations';
import { waitFor } from '@renderdeck/testing/wait-for';
import type { BenchDatabase } from './bench-farm.ts';

/** Submits a job. Returns its id. */
export async function submit(
  { admin }: BenchDatabase,
  nexrenderJob: Record<string, unknown>,
): Promise<string> {
  const submission = { name: 'bench', priority: 50, nexrenderJob, limits: {} };
  const submitted = await submitJob(admin, submission);
  if (!submitted.ok) throw new Error(submitted.rejection.code);
  return submitted.view.job.id;
}

/** Waits until the job is in the expected state. Returns the job with its attempts. */
export async function untilJob(
  { admin }: BenchDatabase,
  id: string,
  what: string,
  isReached: (job: { status: string; phase: string | null }) => boolean,
  withinMs = 60_000,
) {
  return await waitFor(
    async () => {
      const found = await getJob(admin, { id });
      if (!found.ok) throw new Error(`no job ${id}`);
      const { status, failure } = found.view.job;
      const phase = found.attempts[0]?.phase ?? null;
      if (isReached({ status, phase })) return found;
      throw new Error(`it is ${status} in phase ${phase} ${failure ?? ''}`);
    },
    { withinMs, what: `job ${id} to be ${what}` },
  );
}
