/*
 * Measures what Renderdeck adds to a render. The same job runs in turn in two ways: by
 * @nexrender/core in its own process, and by the daemon from the submission until the job is
 * COMPLETED (files copied, end of the processes proven, folder removed).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchFarm } from '../bench-farm.ts';
import { type Finding, round, timed } from '../finding.ts';
import { submit, untilJob } from '../jobs.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';

const MOST_PERCENT = 5;
const PROMISED_MS = 30_000;
const FRAME_MS = 50;
const DIRECTLY = fileURLToPath(new URL('./render-directly.mjs', import.meta.url));

export async function measureOverhead(farm: BenchFarm, { name }: Sizes): Promise<Finding[]> {
  const [pairs, renderMs] = name === 'full' ? [3, 30_000] : [1, 3000];
  const database = await farm.database();
  const worker = await farm.worker(database);
  const project = { frames: Math.round(renderMs / FRAME_MS), frameMs: FRAME_MS };
  const taken: { alone: number; deck: number }[] = [];
  for (let turn = 0; turn < pairs; turn += 1) {
    const job = await farm.sample(project);
    const alone = () => time(() => renderDirectly(farm, job, turn));
    const deck = () =>
      time(async () =>
        untilJob(
          database,
          await submit(database, job),
          'completed',
          ({ status }) => status === 'COMPLETED',
          10 * renderMs + 60_000,
        ),
      );
    // The second render finds its files in the cache of the system, so the order changes.
    const [first, second] = turn % 2 === 0 ? [alone, deck] : [deck, alone];
    const [one, other] = [await first(), await second()];
    taken.push(turn % 2 === 0 ? { alone: one, deck: other } : { alone: other, deck: one });
  }
  await worker.end();
  const addedMs = median(taken.map(({ alone, deck }) => deck - alone));
  const percent = (addedMs * 100) / median(taken.map(({ alone }) => alone));
  const ofPromised = (addedMs * 100) / PROMISED_MS;
  const added = `${addedMs < 0 ? '−' : '+'}${round(Math.abs(addedMs))} ms`;
  return [
    timed(
      `render of ${round(renderMs / 1000)} s by @nexrender/core alone`,
      taken.map(({ alone }) => alone),
    ),
    timed(
      'the same by the daemon, submitted → COMPLETED',
      taken.map(({ deck }) => deck),
      {
        ratio: `${added} = ${percent.toFixed(1)} %; of 30 s ${ofPromised.toFixed(1)} %`,
        target: `≤ ${MOST_PERCENT} % of a 30 s render`,
        met: ofPromised <= MOST_PERCENT,
      },
    ),
  ];
}

async function renderDirectly(
  farm: BenchFarm,
  job: Record<string, unknown>,
  turn: number,
): Promise<void> {
  const workPath = join(farm.folders.output, '..', `alone-${turn}`);
  await mkdir(workPath);
  const child = spawn(
    process.execPath,
    [DIRECTLY, JSON.stringify({ job, workPath, aerender: farm.aerender })],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`@nexrender/core ended with code ${code}`);
}
