/*
 * Shows two refusals of the API: a viewer cancels a job, and an admin cancels a job that has ended.
 */
import { createClient } from '@renderdeck/client';
import type { WireJob } from '@renderdeck/contract';
import { findFiles } from './probe.ts';
import { type Answer, callRest } from './rest.ts';
import { type TourContext, type Transcript, WAIT_MS } from './tour-context.ts';

export async function refuseViewer(
  { farm, client, transcript }: TourContext,
  job: WireJob,
): Promise<void> {
  transcript.step('A viewer, who is not an admin, tries to cancel a job.');
  const password = 'only-looking-around';
  await client.api.createUser.mutate({ name: 'vera', role: 'viewer', password });
  const vera = createClient({ url: farm.url });
  await vera.signIn('vera', password);
  const refused = await callRest(farm.url, 'DELETE', `/api/jobs/${job.id}`, vera.cookie());
  printProblem(refused, transcript);
  transcript.check(refused.status === 403 && refused.body.code === 'forbidden', 'refused with 403');
  const after = await client.api.getJob.query({ id: job.id });
  transcript.check(after.job.receipt === null, 'the job has not changed');
}

export async function refuseCompleted(
  { farm, client, watch, transcript }: TourContext,
  job: WireJob,
): Promise<void> {
  transcript.step('The admin tries to cancel a job that has ended.');
  await watch.until('Its end', job.id, (seen) => seen?.status === 'COMPLETED', WAIT_MS);
  transcript.check(
    (await findFiles(farm.folders.output, job.name)).length === 1,
    `${job.name} is completed, and its output is in the output folder`,
  );
  const refused = await callRest(farm.url, 'DELETE', `/api/jobs/${job.id}`, client.cookie());
  printProblem(refused, transcript);
  transcript.check(
    refused.status === 409 && refused.body.code === 'job_already_ended',
    'refused with 409',
  );
}

function printProblem({ status, body }: Answer, transcript: Transcript): void {
  transcript.print(`${status} ${String(body.code)}: ${String(body.detail)}`);
}
