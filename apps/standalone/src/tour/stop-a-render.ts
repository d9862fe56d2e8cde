/*
 * Stops a render: submits three jobs, shows the process tree of the first, cancels it, checks what
 * is left on the machine, and checks that the next job starts.
 */
import { cancelReceiptSchema, type WireCancelReceipt, type WireJob } from '@renderdeck/contract';
import { submitSample } from '../samples.ts';
import { findFiles, listProcesses, listTreeBelow, type TreeProcess } from './probe.ts';
import { callRest } from './rest.ts';
import { sample, type TourContext, WAIT_MS } from './tour-context.ts';

export async function submitThree({
  farm,
  client,
  transcript,
}: TourContext): Promise<[WireJob, WireJob, WireJob]> {
  transcript.step('Three jobs are submitted.');
  const jobs: [WireJob, WireJob, WireJob] = [
    await submitSample(client.api, farm.folders, sample('spot_0142', 400)),
    await submitSample(client.api, farm.folders, sample('bumper', 30)),
    await submitSample(client.api, farm.folders, sample('weather', 600)),
  ];
  for (const { name, status, position } of jobs)
    transcript.print(`${name}: ${status}, position ${position}`);
  transcript.check(
    jobs.every(({ status }) => status === 'QUEUED'),
    'each job is queued and has a position',
  );
  return jobs;
}

export async function showTree(
  { farm, transcript }: TourContext,
  job: WireJob,
): Promise<readonly TreeProcess[]> {
  transcript.step(`${job.name} renders. This machine shows its process tree:`);
  // The worker also runs a program that reads files (look-child). It belongs to no render.
  const tree = listTreeBelow(await listProcesses(), farm.worker().pid).filter(
    ({ name, marks }) => !name.includes('esbuild') && !marks.includes('look-child.mjs'),
  );
  for (const { depth, name, pid } of tree)
    transcript.print(`${'  '.repeat(depth)}${name} (${pid})`);
  const names = tree.map(({ name }) => name).join(' → ');
  transcript.check(
    /nexrender → aerender → AfterFX/.test(names),
    'nexrender → aerender → AfterFX stand-in',
  );
  return tree;
}

export async function cancelRender(
  { farm, client, transcript }: TourContext,
  job: WireJob,
): Promise<WireCancelReceipt> {
  transcript.step(`An admin cancels ${job.name}. The receipt:`);
  const path = `/api/jobs/${job.id}?reason=wrong+version`;
  const answer = await callRest(farm.url, 'DELETE', path, client.cookie());
  const receipt = cancelReceiptSchema.parse(answer.body.receipt);
  const { processes, files, proof, survivors, outcome } = receipt;
  for (const { name, pid, endedBy } of processes)
    transcript.print(`${name} (${pid}) ended by ${endedBy}`);
  transcript.print(
    `files: ${files.removed} removed, ${files.bytes} bytes, ${files.leftovers.length} left`,
  );
  transcript.print(
    `${receipt.askToProofMs} ms to the proof (the host needed ${receipt.timeToDeadMs} ms), ` +
      `${receipt.timeToCleanMs} ms to remove the files, proof: ${proof}`,
  );
  transcript.check(
    answer.status === 200 && outcome === 'cancelled',
    `the answer has status 200 and the outcome "${outcome}"`,
  );
  transcript.check(
    processes.length >= 3 && processes.every(({ endedBy }) => endedBy !== null),
    'the receipt lists every process of the tree as ended',
  );
  transcript.check(proof !== null && survivors.length === 0, 'it has a proof and no survivors');
  transcript.check(
    files.removed > 0 && files.leftovers.length === 0,
    'files were removed, and none is left',
  );
  return receipt;
}

export async function checkMachine(
  { farm, client, transcript }: TourContext,
  job: WireJob,
  tree: readonly TreeProcess[],
  receipt: WireCancelReceipt,
): Promise<void> {
  transcript.step('The machine, listed without the code of the farm:');
  const { attempts } = await client.api.getJob.query({ id: job.id });
  const attemptId = attempts[0]?.id ?? 'none';
  const pids = new Map([...tree, ...receipt.processes].map(({ pid, name }) => [pid, name]));
  const alive = (await listProcesses()).filter(
    ({ pid, name, marks }) => pids.get(pid) === name || marks.includes(attemptId),
  );
  for (const { name, pid } of alive) transcript.print(`still there: ${name} (${pid})`);
  transcript.check(
    alive.length === 0,
    `none of the ${pids.size} processes runs, and no other process names the scratch folder`,
  );
  transcript.check(
    (await findFiles(farm.folders.scratch, `attempt-${attemptId}`)).length === 0,
    'the scratch folder of the job is gone',
  );
  transcript.check(
    (await findFiles(farm.folders.output, job.name)).length === 0,
    'the job published no output',
  );
}

export async function checkNextStarts(
  { watch, transcript }: TourContext,
  next: WireJob,
  receipt: WireCancelReceipt,
): Promise<void> {
  transcript.step('The next job starts at once.');
  const started = await watch.until(
    'The next job',
    next.id,
    (job) => job !== null && job.startedAt !== null,
    WAIT_MS,
  );
  const waitedMs = Date.parse(started?.startedAt ?? '') - Date.parse(receipt.confirmedAt ?? '');
  transcript.check(
    waitedMs >= 0 && waitedMs < 2000,
    `${next.name} was claimed ${waitedMs} ms after the slot was free`,
  );
}
