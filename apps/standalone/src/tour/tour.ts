/*
 * A proof without a browser. The tour starts a throw-away farm, uses only its public API, and
 * compares the answers with the processes and files of this machine. Each ✓ is a claim that held.
 * The tour fails if one claim does not hold.
 *
 * Read first: `runSteps` below, then stop-a-render.ts.
 */
import { createClient } from '@renderdeck/client';
import type { WireAuditEntry, WireJob } from '@renderdeck/contract';
import { temporaryDirectoryTask } from 'tempy';
import type { StandaloneConfig } from '../config.ts';
import { type Farm, startFarm } from '../farm.ts';
import { submitSample } from '../samples.ts';
import { refuseCompleted, refuseViewer } from './refusals.ts';
import {
  cancelRender,
  checkMachine,
  checkNextStarts,
  showTree,
  submitThree,
} from './stop-a-render.ts';
import { sample, type TourContext, Transcript, WAIT_MS } from './tour-context.ts';
import { watchJobs } from './watch.ts';

/** Runs the whole tour. At the end throws the claims that did not hold. */
export async function tour(config: StandaloneConfig, print: (line: string) => void): Promise<void> {
  const transcript = new Transcript(print);
  const startedAt = performance.now();
  print(
    'Renderdeck tour: a throw-away farm, used through its public API. ' +
      'The renderer is the stand-in, not After Effects.',
  );
  await temporaryDirectoryTask((dataDir) => runFarm({ ...config, dataDir, port: 0 }, transcript), {
    prefix: 'renderdeck-',
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (transcript.failures.length > 0) {
    const failures = transcript.failures.map((claim) => `  ✗ ${claim}`).join('\n');
    throw new Error(`\nThe tour took ${seconds} s. These claims did not hold:\n${failures}`);
  }
  print(`\nAll of it held. The tour took ${seconds} s, and the farm is gone again.`);
}

async function runFarm(config: StandaloneConfig, transcript: Transcript): Promise<void> {
  const farm = await startFarm(config, { standIn: true, throwAway: true }, () => undefined);
  try {
    await Promise.race([
      runSteps(farm, transcript),
      farm.broken.then((sentence) => Promise.reject(new Error(sentence))),
    ]);
  } finally {
    await farm.stop();
  }
}

async function runSteps(farm: Farm, transcript: Transcript): Promise<void> {
  const { firstAdmin, url } = farm;
  if (firstAdmin === null)
    throw new Error('The tour needs an empty database: the one that DATABASE_URL names has users.');
  const client = createClient({ url });
  await client.signIn(firstAdmin.name, firstAdmin.password);
  const watch = await watchJobs(client.api);
  const context = { farm, client, watch, transcript };
  try {
    const [first, second, third] = await submitThree(context);
    await watch.until(
      'Rendering',
      first.id,
      (job, percent) => job?.status === 'RENDERING' && percent > 0,
      WAIT_MS,
    );
    const tree = await showTree(context, first);
    const receipt = await cancelRender(context, first);
    await checkMachine(context, first, tree, receipt);
    await checkNextStarts(context, second, receipt);
    await raisePriority(context, third);
    await refuseViewer(context, third);
    await refuseCompleted(context, second);
    await showAudit(context);
  } finally {
    watch.close();
    await client.close();
  }
}

/** Prints the audit lines of the steps so far, and checks that each action has its line. */
async function showAudit({ client, transcript }: TourContext): Promise<void> {
  transcript.step('The audit log of these steps:');
  const { entries } = await client.api.listAudit.query({ limit: 100 });
  const shown = entries
    .filter(({ action }) => action === 'cancelJob' || action === 'setPriority')
    .reverse();
  for (const entry of shown) transcript.print(formatEntry(entry));
  const has = (action: string, outcome: string, actor: string, code: string | null) =>
    shown.some(
      (entry) =>
        entry.action === action &&
        entry.outcome === outcome &&
        entry.actor.name === actor &&
        entry.code === code,
    );
  transcript.check(has('cancelJob', 'done', 'admin', null), 'a line for the cancel');
  transcript.check(has('setPriority', 'done', 'admin', null), 'a line for the change of priority');
  transcript.check(has('cancelJob', 'refused', 'vera', 'forbidden'), 'a line for the viewer');
  transcript.check(
    has('cancelJob', 'refused', 'admin', 'job_already_ended'),
    'a line for the refused cancel of a completed job',
  );
}

function formatEntry({ at, actor, channel, action, outcome, code, ...entry }: WireAuditEntry) {
  const { before, after } = entry;
  const because = code === null ? '' : ` (${code})`;
  const change = before === null ? '' : `, ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
  return `${at} ${actor.name} over ${channel}: ${action} ${outcome}${because}${change}`;
}

/**
 * Submits three more jobs and moves the last one to the front of the queue. `long` must render
 * before that, so that no job leaves the queue in the meantime, even on a slow machine.
 */
async function raisePriority(
  { farm, client, watch, transcript }: TourContext,
  long: WireJob,
): Promise<void> {
  const { api } = client;
  transcript.step('Three more jobs are submitted, and an admin raises the last one.');
  await watch.until('Its start', long.id, (seen) => seen?.status === 'RENDERING', WAIT_MS);
  const teaser = await submitSample(api, farm.folders, sample('teaser', 200));
  await submitSample(api, farm.folders, sample('promo', 200));
  const last = await submitSample(api, farm.folders, sample('trailer', 200));
  const preview = await api.previewPriority.query({ id: last.id, priority: 90 });
  const { receipt, newPosition } = await api.setPriority.mutate({
    id: last.id,
    priority: 90,
    expectedVersion: last.version,
  });
  const { priority, position, version } = receipt;
  const priorities = `priority ${priority.before} → ${priority.after}`;
  const positions = `position ${position.before} → ${position.after}`;
  transcript.print(`${last.name}: ${priorities}, ${positions}, version ${version}`);
  transcript.check(position.before === 3 && newPosition === 1, 'its position was 3 and is now 1');
  transcript.check(preview.position.after === newPosition, 'the preview said the same');
  const { jobs } = await api.listJobs.query({ status: 'QUEUED' });
  transcript.check(
    jobs[0]?.id === last.id && jobs[1]?.id === teaser.id,
    'the list of jobs shows the same order',
  );
}
