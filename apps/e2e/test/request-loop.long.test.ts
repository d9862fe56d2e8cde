/*
 * A worker that polls tries to claim when jobs begin to wait, not at each poll: jobs that no host
 * here may take can wait for days.
 */
import { cancelJob } from '@renderdeck/operations';
import { aFarm, aQueuedJob } from '@renderdeck/operations/testing';
import { databaseOf } from '@renderdeck/store/connect';
import { waitFor } from '@renderdeck/testing';
import { RunningAttempts, requestLoop, workerConfig } from '@renderdeck/worker/testing';
import { expect, it, onTestFinished } from 'vitest';

const farm = aFarm();

it('claims once when jobs begin to wait, and again when others do later', async () => {
  let reads = 0;
  let claims = 0;
  const db = databaseOf((...statement) => {
    reads += 1;
    return farm.db.send(...statement);
  }, farm.db.begin);
  const read = workerConfig({ DATABASE_URL: farm.databaseUrl, RENDERDECK_LISTEN: 'off' });
  if (!read.ok) throw new Error(read.sentences.join(' '));
  const worker = {
    ...{ listener: null, attempts: new RunningAttempts(), config: read.config },
    ...{ context: { ...(await farm.worker()), db }, renderConnection: { urgent: db } },
    log: { error: () => {} },
  };
  const polls = async (more: number) => {
    const until = reads + more;
    await waitFor(() => reads >= until, { what: `${more} polls` });
  };
  const loop = requestLoop(worker, { claimNow: () => (claims += 1), answerCheck: () => {} });
  onTestFinished(async () => loop?.stop());

  await polls(2);
  expect(claims).toBe(0);
  const { job } = await aQueuedJob(farm);
  await waitFor(() => claims === 1, { what: 'a claim' });
  await polls(3);
  expect(claims).toBe(1);
  await cancelJob(farm.admin, { id: job.id, reason: null });
  await polls(2);
  await aQueuedJob(farm);
  await waitFor(() => claims === 2, { what: 'a claim for the later job' });
});
