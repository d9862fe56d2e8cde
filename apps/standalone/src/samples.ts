import { join } from 'node:path';
import { sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import type { Api } from '@renderdeck/client';
import type { FarmFolders } from './farm.ts';

type Sample = {
  readonly name: string;
  readonly frames: number;
  readonly frameMs: number;
  readonly priority: number;
  /** PNG pictures in place of a film, so that people see what renders. */
  readonly isSequence?: true;
};

/**
 * Renders that take seconds to minutes, so that people always find a job to stop and a job to move.
 */
export const DEMO: readonly Sample[] = [
  { name: 'spot_0142_de', frames: 600, frameMs: 200, priority: 50, isSequence: true },
  { name: 'spot_0142_en', frames: 500, frameMs: 200, priority: 50 },
  { name: 'spot_0142_fr', frames: 500, frameMs: 200, priority: 50, isSequence: true },
  { name: 'lower_third_anna', frames: 100, frameMs: 100, priority: 60, isSequence: true },
  { name: 'lower_third_boris', frames: 100, frameMs: 100, priority: 60 },
  { name: 'weather_morning', frames: 250, frameMs: 150, priority: 80, isSequence: true },
  { name: 'weather_evening', frames: 250, frameMs: 150, priority: 50 },
  { name: 'bumper_autumn', frames: 200, frameMs: 150, priority: 50 },
  { name: 'product_loop_small', frames: 150, frameMs: 100, priority: 30 },
  { name: 'product_loop_large', frames: 900, frameMs: 250, priority: 30, isSequence: true },
  { name: 'year_in_review', frames: 1200, frameMs: 250, priority: 10, isSequence: true },
  { name: 'archive_reel', frames: 1500, frameMs: 250, priority: 0 },
];

/**
 * Writes the template of the sample and submits its job, which copies its output to the outputs.
 */
export async function submitSample(
  api: Api,
  folders: Pick<FarmFolders, 'samples' | 'output'>,
  sample: Sample,
) {
  const files = await writeSampleFiles(folders.samples, sample.name, {
    frames: sample.frames,
    frameMs: sample.frameMs,
  });
  const job = sampleJob({
    ...files,
    title: sample.name,
    outputPath: join(folders.output, sample.isSequence ? sample.name : `${sample.name}.avi`),
    isSequence: sample.isSequence ?? false,
  });
  const submitted = await api.submitJob.mutate({
    job: nexrenderJob(job),
    priority: sample.priority,
    name: sample.name,
  });
  return submitted.job;
}

type SubmittedJob = Parameters<Api['submitJob']['mutate']>[0]['job'];

/** A sample is already a valid nexrender job. The server checks it anyway. */
function nexrenderJob(job: Record<string, unknown>): SubmittedJob {
  const parsed: SubmittedJob = JSON.parse(JSON.stringify(job));
  return parsed;
}
