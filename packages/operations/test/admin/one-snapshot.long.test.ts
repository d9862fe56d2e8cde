/*
 * Everything in one answer is of one moment. While jobs are claimed, released, moved, cancelled and
 * ended, no list lacks a job, shows it twice, or has a count that differs from the jobs it shows.
 */
import { forEachStatus } from '@renderdeck/domain';
import { expect, it } from 'vitest';
import {
  claimJob,
  getJob,
  type JobPage,
  listJobs,
  releaseAttempt,
  setPriority,
} from '../../src/index.ts';
import { aFarm, aQueuedJob, cancel, reports, WHOLE_LIST } from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();

/** Calls `change` again and again until `read` is done, and returns the result of `read`. */
async function whileChanging<Read>(
  change: (round: number) => Promise<unknown>,
  read: () => Promise<Read>,
): Promise<Read> {
  let over = false;
  const changing = (async () => {
    for (let round = 0; !over; round += 1) await change(round);
  })();
  try {
    return await read();
  } finally {
    over = true;
    await changing;
  }
}

/** Claims the first job and gives it back. */
async function claimAndRelease(): Promise<void> {
  const claimed = await claimJob(worker, { leaseMs: 30_000 });
  if (!claimed.ok) return;
  const { jobId, attemptId } = claimed.job;
  await releaseAttempt(worker, {
    attempt: { jobId, attemptId },
    reports: reports(),
    why: 'Shut down.',
  });
}

function countShown({ views }: JobPage): JobPage['counts'] {
  const count = (status: string) => views.filter(({ job }) => job.status === status).length;
  return {
    rendering: count('RENDERING'),
    cancelling: count('CANCELLING'),
    queued: count('QUEUED'),
    unconfirmed: 0,
    open: 0,
    byStatus: forEachStatus(count),
  };
}

it('200 lists under load each have every job once, and count what they show', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 60; index += 1)
    ids.push((await aQueuedJob(farm, { priority: index % 5 })).job.id);
  const move = (round: number) =>
    setPriority(farm.admin, {
      id: ids[round % ids.length] ?? '',
      priority: (round * 37) % 101,
      expectedVersion: null,
    });
  // In every tenth round one job ends, so that jobs pass through all sections of the list.
  const end = async (round: number) => {
    if (round % 10 === 0) await cancel(farm, ids[round / 10] ?? '');
  };
  const pages = await whileChanging(
    (round) => Promise.all([claimAndRelease(), move(round), round < 300 ? end(round) : null]),
    async () => {
      const read: JobPage[] = [];
      while (read.length < 200) read.push(await listJobs(farm, WHOLE_LIST));
      return read;
    },
  );
  const wrong = pages.filter((page) => {
    const shown = page.views.map(({ job }) => job.id);
    const positions = page.views.flatMap(({ position }) => position ?? []);
    return (
      [...shown].sort().join() !== [...ids].sort().join() ||
      JSON.stringify(countShown(page)) !== JSON.stringify(page.counts) ||
      positions.some((position, index) => position !== index + 1)
    );
  });
  expect(wrong).toHaveLength(0);
});

it('a job under load has the attempts, the host and the status of one moment', async () => {
  for (const { job } of (await listJobs(farm, { ...WHOLE_LIST, status: 'QUEUED' })).views)
    await cancel(farm, job.id);
  const { job } = await aQueuedJob(farm);
  const details = await whileChanging(claimAndRelease, async () => {
    const read = [];
    while (read.length < 200) read.push(await getJob(farm, { id: job.id }));
    return read;
  });
  const wrong = details.filter((detail) => {
    if (!detail.ok) return true;
    const { view, attempts, hostLastHeardAt } = detail;
    const runs = attempts.filter(({ outcome }) => outcome === null).length;
    return (
      view.job.attempts !== attempts.length ||
      runs !== (view.job.status === 'RENDERING' ? 1 : 0) ||
      (hostLastHeardAt === null) !== (view.host === null)
    );
  });
  expect(wrong).toHaveLength(0);
});
