/*
 * The admins of the chaos: they submit, stop and move jobs and read the list, each call at one of
 * the APIs. A call without an answer is no fault; a call that was answered must be true.
 */

import { join } from 'node:path';
import { type SampleProject, sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import { problemOf } from '@renderdeck/client';
import { nexrenderJobSchema, type WireJob } from '@renderdeck/contract';
import type { Random } from '@renderdeck/testing/random';
import { pause } from './pause.ts';
import { outputsOf, type World } from './world.ts';

/** A change that the API has acknowledged, between the call and its answer. */
export type Act = {
  readonly action: 'submitJob' | 'cancelJob' | 'setPriority';
  readonly jobId: string;
  readonly calledAt: number;
  readonly answeredAt: number;
};
/** The first part of a job's name is its kind. */
const KINDS: Readonly<Record<string, SampleProject>> = {
  short: { frames: 8, frameMs: 20, launchMs: 20 },
  long: { frames: 40, frameMs: 60, launchMs: 20 },
  two: { frames: 10, frameMs: 20, launchMs: 20 },
  stubborn: { frames: 60, frameMs: 50, launchMs: 20, misbehave: ['ignores-term', 'escapes'] },
  failing: { frames: 6, frameMs: 20, launchMs: 20, misbehave: 'fails' },
};
const SHARES = ['short', 'short', 'short', 'long', 'long', 'long', 'two', 'stubborn', 'failing'];
const ANSWER_WITHIN_MS = 20_000;
const MOST_WAITING = 10;

export type Load = {
  readonly acts: readonly Act[];
  readonly counts: { calls: number; unanswered: number; positions: number };
  end(): Promise<void>;
};

/**
 * Starts the admins. `seen` gets every job that an API shows.
 * Long because: the admins share what they have seen.
 */
export async function startLoad(
  world: World,
  random: Random,
  seen: (job: WireJob) => void,
): Promise<Load> {
  const { farm, apis, broken } = world;
  const acts: Act[] = [];
  const counts = { calls: 0, unanswered: 0, positions: 0 };
  const files = new Map<string, Awaited<ReturnType<typeof writeSampleFiles>>>();
  for (const [kind, project] of Object.entries(KINDS))
    files.set(kind, await writeSampleFiles(farm.folders.assets, kind, project));
  let over = false;
  let submitted = 0;
  let jobs: readonly WireJob[] = [];

  async function call<Answer>(
    what: string,
    work: (api: (typeof apis)[number]['client']['api'], signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | null> {
    counts.calls += 1;
    const { name, client } = random.pick(apis);
    try {
      return await work(client.api, AbortSignal.timeout(ANSWER_WITHIN_MS));
    } catch (error) {
      const problem = problemOf(error);
      if (problem?.code === 'internal') broken(`${name} answered ${what} with 500`);
      if (problem === null) counts.unanswered += 1;
      return null;
    }
  }
  const acknowledged = (action: Act['action'], jobId: string, calledAt: number) =>
    void acts.push({ action, jobId, calledAt, answeredAt: performance.now() });

  const admins = {
    async submit() {
      if (jobs.filter(({ status }) => status === 'QUEUED').length >= MOST_WAITING) return;
      const kind = random.pick(SHARES);
      submitted += 1;
      const name = `${kind}-${submitted}`;
      const [first = '', ...others] = outputsOf(name).map((one) => join(farm.folders.output, one));
      const sample = files.get(kind);
      if (sample === undefined) throw new Error(`no files for ${kind}`);
      const job = sampleJob({ ...sample, outputPath: first, title: name });
      const copies = [first, ...others].map((output) => ({
        module: '@nexrender/action-copy',
        output,
      }));
      const priority = random.between(0, 100);
      const calledAt = performance.now();
      const answer = await call('submitJob', (api, signal) =>
        api.submitJob.mutate(
          {
            job: nexrenderJobSchema.parse({ ...job, actions: { postrender: copies } }),
            priority,
            name,
          },
          { signal },
        ),
      );
      if (answer !== null) acknowledged('submitJob', answer.job.id, calledAt);
    },
    async stop() {
      const active = jobs.filter(({ status }) => status === 'RENDERING' || status === 'QUEUED');
      const running = active.filter(({ status }) => status === 'RENDERING');
      const from = random.chance(75) ? running : active;
      if (from.length === 0) return;
      const { id } = random.pick(from);
      const waitMs = random.pick([0, 5000]);
      const calledAt = performance.now();
      const answer = await call('cancelJob', (api, signal) =>
        api.cancelJob.mutate({ id, waitMs, reason: 'chaos' }, { signal }),
      );
      if (answer === null) return;
      acknowledged('cancelJob', id, calledAt);
      seen({ ...answer.job, receipt: answer.receipt });
    },
    async move() {
      const queued = jobs.filter(({ status }) => status === 'QUEUED');
      if (queued.length === 0) return;
      const { id } = random.pick(queued);
      const priority = random.between(0, 100);
      const calledAt = performance.now();
      const answer = await call('setPriority', (api, signal) =>
        api.setPriority.mutate({ id, priority }, { signal }),
      );
      if (answer !== null && !answer.receipt.noop) acknowledged('setPriority', id, calledAt);
    },
    async read() {
      const page = await call('listJobs', (api, signal) =>
        api.listJobs.query({ show: 'active', limit: 1000 }, { signal }),
      );
      if (page === null) return;
      jobs = page.jobs;
      for (const job of jobs) seen(job);
      const queued = jobs.filter(({ status }) => status === 'QUEUED');
      counts.positions += queued.length;
      const positions = queued.map(({ position }) => position);
      if (positions.some((position, index) => position !== index + 1))
        broken(`positions are ${positions.join(', ')}`);
      if (page.counts.queued !== queued.length)
        broken(`${page.counts.queued} jobs count as queued, but ${queued.length} are`);
    },
  };
  const repeat = async (admin: () => Promise<void>, least: number, most: number) => {
    while (!over) {
      await admin();
      await pause(random.between(least, most));
    }
  };
  const working = Promise.all([
    repeat(admins.submit, 200, 900),
    repeat(admins.stop, 500, 3000),
    repeat(admins.move, 300, 1500),
    repeat(admins.read, 200, 800),
    repeat(admins.read, 200, 800),
  ]);
  return {
    acts,
    counts,
    async end() {
      over = true;
      await working;
    },
  };
}
