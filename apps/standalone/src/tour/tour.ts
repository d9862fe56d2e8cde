/*
 * The proof without a browser: a throw-away farm, used through its public API alone, and looked at with eyes of its own. Each ✓ is a claim that was
 * checked; the tour fails where one did not hold.
 */
import { cancelReceiptSchema, type WireCancelReceipt, type WireJob } from '@renderdeck/contract';
import { temporaryDirectoryTask } from 'tempy';
import { type FarmClient, farmClient } from '../client.ts';
import type { StandaloneConfig } from '../config.ts';
import { type Farm, startFarm } from '../farm.ts';
import { submitSample } from '../samples.ts';
import { type Branch, seeFiles, seeProcesses, treeBelow } from './probe.ts';
import { type Answer, callRest } from './rest.ts';
import { Transcript } from './transcript.ts';
import { watchJobs } from './watch.ts';

const WAIT_MS = 25_000;
const sample = (name: string, frames: number) => ({ name, frames, frameMs: 50, priority: 50 });

/** Runs the whole tour and throws, naming what did not hold, where anything did not. */
export async function tour(config: StandaloneConfig, say: (line: string) => void): Promise<void> {
  const transcript = new Transcript(say);
  const startedAt = performance.now();
  say(
    'Renderdeck tour: a throw-away farm, used through its public API. The renderer is the stand-in, not After Effects.',
  );
  await temporaryDirectoryTask(
    async (dataDir) => {
      const farm = await startFarm(
        { ...config, dataDir, port: 0, databaseUrl: config.databaseUrl },
        { standIn: true, throwAway: true },
        () => undefined,
      );
      try {
        await Promise.race([
          walk(farm, transcript),
          farm.broken.then((sentence) => Promise.reject(new Error(sentence))),
        ]);
      } finally {
        await farm.stop();
      }
    },
    { prefix: 'renderdeck-' },
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (transcript.failures.length > 0)
    throw new Error(
      `\nThe tour took ${seconds} s. What did not hold:\n${transcript.failures.map((claim) => `  ✗ ${claim}`).join('\n')}`,
    );
  say(`\nAll of it held. The tour took ${seconds} s, and the farm is gone again.`);
}

async function walk(farm: Farm, transcript: Transcript): Promise<void> {
  const { firstAdmin, url } = farm;
  if (firstAdmin === null)
    throw new Error('The tour needs an empty database: the one that DATABASE_URL names has users.');
  const { cookie } = await callRest(url, 'POST', '/api/session', null, {
    username: firstAdmin.name,
    password: firstAdmin.password,
  });
  if (cookie === null) throw new Error('The first admin could not sign in.');
  const client = farmClient(url);
  await client.login.mutate({ username: firstAdmin.name, password: firstAdmin.password });
  const watch = await watchJobs(url, cookie);
  try {
    const [first, second, third] = await submitThree(farm, client, transcript);
    await watch.until(
      'Rendering',
      first.id,
      (job, percent) => job?.status === 'RENDERING' && percent > 0,
      WAIT_MS,
    );
    const tree = await showTree(farm, first, transcript);
    const receipt = await cancel(farm, cookie, first, transcript);
    await lookAgain(farm, client, first, tree, receipt, transcript);
    await nextStarted(watch, second, receipt, transcript);
    await raisePriority(farm, client, third, transcript);
    await refuseViewer(farm, client, third, transcript);
    await refuseCompleted(farm, cookie, watch, second, transcript);
    await showAudit(client, transcript);
  } finally {
    watch.close();
  }
}

async function submitThree(
  farm: Farm,
  client: FarmClient,
  transcript: Transcript,
): Promise<[WireJob, WireJob, WireJob]> {
  transcript.step('Three jobs are submitted.');
  const jobs: [WireJob, WireJob, WireJob] = [
    await submitSample(client, farm.folders, sample('spot_0142', 400)),
    await submitSample(client, farm.folders, sample('bumper', 30)),
    await submitSample(client, farm.folders, sample('weather', 600)),
  ];
  for (const { name, status, position } of jobs)
    transcript.tell(`${name}: ${status}, position ${position}`);
  transcript.check(
    jobs.every(({ status }) => status === 'QUEUED'),
    'each was queued with a place',
  );
  return jobs;
}

async function showTree(
  farm: Farm,
  job: WireJob,
  transcript: Transcript,
): Promise<readonly Branch[]> {
  transcript.step(`${job.name} renders; its process tree, as this machine shows it:`);
  const tree = treeBelow(await seeProcesses(), farm.worker.pid).filter(
    ({ name }) => !name.includes('esbuild'),
  );
  for (const { depth, name, pid } of tree) transcript.tell(`${'  '.repeat(depth)}${name} (${pid})`);
  const names = tree.map(({ name }) => name).join(' → ');
  transcript.check(
    /nexrender → aerender → AfterFX/.test(names),
    'nexrender → aerender → AfterFX stand-in',
  );
  return tree;
}

async function cancel(
  farm: Farm,
  cookie: string,
  job: WireJob,
  transcript: Transcript,
): Promise<WireCancelReceipt> {
  transcript.step('An admin cancels it. The receipt:');
  const answer = await callRest(
    farm.url,
    'DELETE',
    `/api/jobs/${job.id}?reason=wrong+version`,
    cookie,
  );
  const receipt = cancelReceiptSchema.parse(answer.body.receipt);
  for (const { name, pid, endedBy } of receipt.processes)
    transcript.tell(`${name} (${pid}) ended by ${endedBy}`);
  transcript.tell(
    `files: ${receipt.files.removed} removed, ${receipt.files.bytes} bytes, ${receipt.files.leftovers.length} left`,
  );
  transcript.tell(
    `time to dead ${receipt.timeToDeadMs} ms, time to clean ${receipt.timeToCleanMs} ms, proof: ${receipt.proof}`,
  );
  transcript.check(
    answer.status === 200 && receipt.outcome === 'cancelled',
    `the answer is 200, the outcome "${receipt.outcome}"`,
  );
  transcript.check(
    receipt.processes.length >= 3 && receipt.processes.every(({ endedBy }) => endedBy !== null),
    'every process of the tree is on it, and ended',
  );
  transcript.check(
    receipt.proof !== null && receipt.survivors.length === 0,
    'with a proof, and no survivors',
  );
  transcript.check(
    receipt.files.removed > 0 && receipt.files.leftovers.length === 0,
    'files were removed, none is left',
  );
  return receipt;
}

async function lookAgain(
  farm: Farm,
  client: FarmClient,
  job: WireJob,
  tree: readonly Branch[],
  receipt: WireCancelReceipt,
  transcript: Transcript,
): Promise<void> {
  transcript.step('A look with eyes of its own:');
  const attemptId = (await client.getJob.query({ id: job.id })).attempts[0]?.id ?? 'none';
  const pids = new Map([...tree, ...receipt.processes].map(({ pid, name }) => [pid, name]));
  const alive = (await seeProcesses()).filter(
    ({ pid, name, marks }) => pids.get(pid) === name || marks.includes(attemptId),
  );
  for (const { name, pid } of alive) transcript.tell(`still there: ${name} (${pid})`);
  transcript.check(
    alive.length === 0,
    `none of its ${pids.size} processes runs, nor any other that knows its folder`,
  );
  transcript.check(
    (await seeFiles(farm.folders.scratch, attemptId)).length === 0,
    'its scratch folder does not exist',
  );
  transcript.check(
    (await seeFiles(farm.folders.output, job.name)).length === 0,
    'nothing of it was put out',
  );
}

type Watch = Awaited<ReturnType<typeof watchJobs>>;

async function nextStarted(
  watch: Watch,
  next: WireJob,
  receipt: WireCancelReceipt,
  transcript: Transcript,
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

async function raisePriority(
  farm: Farm,
  client: FarmClient,
  waiting: WireJob,
  transcript: Transcript,
): Promise<void> {
  transcript.step('Two more are submitted, and the last one moves up.');
  await submitSample(client, farm.folders, sample('teaser', 200));
  const last = await submitSample(client, farm.folders, sample('trailer', 200));
  const preview = await client.previewPriority.query({ id: last.id, priority: 90 });
  const { receipt, newPosition } = await client.setPriority.mutate({
    id: last.id,
    priority: 90,
    expectedVersion: last.version,
  });
  const { priority, position } = receipt;
  transcript.tell(
    `${last.name}: priority ${priority.before} → ${priority.after}, position ${position.before} → ${position.after}, version ${receipt.version}`,
  );
  transcript.check(position.before === 3 && newPosition === 1, 'it stood third and is next');
  transcript.check(preview.position.after === newPosition, 'as the preview had said');
  const { jobs } = await client.listJobs.query({ status: 'QUEUED' });
  transcript.check(
    jobs[0]?.id === last.id && jobs[1]?.id === waiting.id,
    'and the list shows the same',
  );
}

async function refuseViewer(
  farm: Farm,
  client: FarmClient,
  job: WireJob,
  transcript: Transcript,
): Promise<void> {
  transcript.step('Someone who is not an admin tries.');
  const password = 'only-looking-around';
  await client.createUser.mutate({ name: 'vera', role: 'viewer', password });
  const { cookie } = await callRest(farm.url, 'POST', '/api/session', null, {
    username: 'vera',
    password,
  });
  const refused = await callRest(farm.url, 'DELETE', `/api/jobs/${job.id}`, cookie);
  tellProblem(refused, transcript);
  transcript.check(refused.status === 403 && refused.body.code === 'forbidden', 'refused with 403');
  const after = await client.getJob.query({ id: job.id });
  transcript.check(after.job.receipt === null, 'and nothing was changed');
}

async function refuseCompleted(
  farm: Farm,
  cookie: string,
  watch: Watch,
  job: WireJob,
  transcript: Transcript,
): Promise<void> {
  transcript.step('A job that has ended is cancelled.');
  await watch.until('Its end', job.id, (told) => told?.status === 'COMPLETED', WAIT_MS);
  transcript.check(
    (await seeFiles(farm.folders.output, job.name)).length === 1,
    `${job.name} is completed, its output is out`,
  );
  const refused = await callRest(farm.url, 'DELETE', `/api/jobs/${job.id}`, cookie);
  tellProblem(refused, transcript);
  transcript.check(
    refused.status === 409 && refused.body.code === 'job_already_ended',
    'refused with 409',
  );
}

function tellProblem({ status, body }: Answer, transcript: Transcript): void {
  transcript.tell(`${status} ${String(body.code)}: ${String(body.detail)}`);
}

async function showAudit(client: FarmClient, transcript: Transcript): Promise<void> {
  transcript.step('The audit log of all that:');
  const { entries } = await client.listAudit.query({ limit: 100 });
  const shown = entries
    .filter(({ action }) => action === 'cancelJob' || action === 'setPriority')
    .reverse();
  for (const entry of shown) {
    const change =
      entry.before === null
        ? ''
        : `, ${JSON.stringify(entry.before)} → ${JSON.stringify(entry.after)}`;
    transcript.tell(
      `${entry.at} ${entry.actor.name} over ${entry.channel}: ${entry.action} ${entry.outcome}${entry.code === null ? '' : ` (${entry.code})`}${change}`,
    );
  }
  const has = (action: string, outcome: string, actor: string, code: string | null) =>
    shown.some(
      (entry) =>
        entry.action === action &&
        entry.outcome === outcome &&
        entry.actor.name === actor &&
        entry.code === code,
    );
  transcript.check(has('cancelJob', 'done', 'admin', null), 'the cancel');
  transcript.check(has('setPriority', 'done', 'admin', null), 'the change of priority');
  transcript.check(has('cancelJob', 'refused', 'vera', 'forbidden'), 'the refused viewer');
  transcript.check(
    has('cancelJob', 'refused', 'admin', 'job_already_ended'),
    'the refused cancel of a completed job',
  );
}
