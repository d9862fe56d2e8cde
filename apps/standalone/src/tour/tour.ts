/*
 * The proof without a browser: a throw-away farm, used through its public API alone, and checked
 * against what this machine shows. Each ✓ is a claim that held; one that did not fails the tour.
 *
 * Read first: `runSteps` below, then stop-a-render.ts.
 */
import { createClient } from '@renderdeck/client';
import { temporaryDirectoryTask } from 'tempy';
import type { StandaloneConfig } from '../config.ts';
import { type Farm, startFarm } from '../farm.ts';
import { showAudit } from './audit.ts';
import { raisePriority } from './raise-priority.ts';
import { refuseCompleted, refuseViewer } from './refusals.ts';
import {
  cancelRender,
  checkMachine,
  checkNextStarts,
  showTree,
  submitThree,
} from './stop-a-render.ts';
import { Transcript, WAIT_MS } from './tour-context.ts';
import { watchJobs } from './watch.ts';

/** Runs the whole tour. Throws the claims that did not hold. */
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
    throw new Error(`\nThe tour took ${seconds} s. What did not hold:\n${failures}`);
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
