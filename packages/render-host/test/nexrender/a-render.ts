import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  installStandIn,
  type SampleProject,
  sampleJob,
  writeSampleFiles,
} from '@renderdeck/aerender-stand-in';
import type { Moved, MovedKind, TransferCount } from '@renderdeck/domain';
import type { Publishing } from '../../src/nexrender/publishing.ts';
import type { PublishQuestion } from '../../src/nexrender/render-message.ts';
import { type Render, type RenderOptions, startRender } from '../../src/nexrender/start-render.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import type { ScratchFolder } from '../../src/scratch/scratch-folder.ts';
import type { CacheSession } from '../../src/transfers/cache/cache-session.ts';

/** The id of each job here. */
export const JOB_ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';

export type Observed = {
  phases: string[];
  percents: number[];
  lines: string[];
  gates: number;
  parts: string[];
  /** The warnings that came with the questions to the second gate, in their order. */
  asked: (string | null)[];
  questions: PublishQuestion[];
  published: string[];
  moved: ({ kind: MovedKind } & Moved)[];
  transfers: (TransferCount | null)[];
};
export type MoreOptions = Partial<Omit<RenderOptions, 'publishing'>> & {
  publishing?: Partial<Publishing>;
  openCache?: (scratch: ScratchFolder) => CacheSession;
};

/**
 * Makes a host with an installed stand-in and sample files. `render` runs a job through the real
 * launcher and nexrender, and cleans up after that. Long because: it is the list of what a test may
 * do with a host.
 */
export async function aHost(project: SampleProject = {}) {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'render-')));
  const { aerender } = await installStandIn(join(base, 'ae'));
  const files = await writeSampleFiles(join(base, 'assets'), 'sample', {
    frames: 10,
    frameMs: 2,
    launchMs: 1,
    ...project,
  });
  const out = join(base, 'out');
  const output = join(out, 'result.avi');
  const job = sampleJob({ ...files, outputPath: output, title: 'Hello' });

  return {
    base,
    aerender,
    files,
    ...{ out, output, job },
    /** The job with these actions after its render. */
    withActions: (...postrender: readonly Record<string, unknown>[]) => ({
      ...{ ...job, actions: { postrender } },
    }),
    /** The same job as a sequence of pictures. */
    ofPictures: (outputExt: string, ...postrender: readonly Record<string, unknown>[]) => ({
      ...{ ...job, actions: { postrender } },
      template: { ...Object(job.template), outputExt },
    }),
    /** Writes a program of Node that gets the arguments of ffmpeg. Returns its path. */
    async writeFfmpeg(script: string): Promise<string> {
      const path = join(base, 'ffmpeg');
      await writeFile(path, `#!/usr/bin/env node\n${script}\n`, { mode: 0o755 });
      return path;
    },
    /** Writes a module for actions with this body. Returns its path. */
    async writeModule(name: string, body: string): Promise<string> {
      const path = join(base, `${name}.cjs`);
      const head = 'module.exports = async (job, settings, action, type) =>';
      await writeFile(path, `${head} {\n${body}\n};`);
      return path;
    },
    remove: () => rm(base, { recursive: true, force: true }),
    /** Starts a render and returns. `finish` stops what is left and removes the scratch folder. */
    async start(nexrenderJob: Record<string, unknown>, { openCache, ...more }: MoreOptions = {}) {
      const observed = nothingObserved();
      const attemptId = randomUUID();
      const scratch = await createScratchFolder(join(base, 'scratch'), attemptId);
      const cache = openCache?.(scratch) ?? null;
      const render = await startRender({
        attemptId,
        cache,
        ...{ jobId: JOB_ID, priority: 60 },
        treeMarker: randomUUID(),
        owner: base,
        nexrenderJob,
        scratch,
        aerender,
        actions: ['@nexrender/action-copy', '@nexrender/action-encode'],
        addresses: { refused: [], allowed: [] },
        onPhase: (phase) => observed.phases.push(phase),
        onProgress: ({ percent }) => observed.percents.push(percent),
        onMoved: (kind, moved) => observed.moved.push({ kind, ...moved }),
        onTransfer: (transfer) => observed.transfers.push(transfer),
        onLine: (stream, line) => observed.lines.push(`${stream}: ${line}`),
        ...more,
        publishing: observePublishing(observed, more.publishing),
      });
      return { render, scratch, observed, finish: () => finish(render, scratch, cache) };
    },
    async render(nexrenderJob: Record<string, unknown>, more: MoreOptions = {}) {
      const started = await this.start(nexrenderJob, more);
      started.render.go();
      const end = await started.render.ended;
      const { stop, removal } = await started.finish();
      return { end, observed: started.observed, stop, removal, published: existsSync(output) };
    },
  };
}

function nothingObserved(): Observed {
  const publishing = { parts: [], asked: [], questions: [], published: [] };
  return { phases: [], percents: [], lines: [], gates: 0, moved: [], transfers: [], ...publishing };
}

/** Answers every question with yes, unless the test has an answer of its own. */
function observePublishing(observed: Observed, answers: Partial<Publishing> = {}): Publishing {
  return {
    passGate: async () => {
      observed.gates += 1;
      return answers.passGate?.() ?? 'yes';
    },
    recordPart: async (path) => {
      observed.parts.push(path);
      return answers.recordPart?.(path) ?? 'yes';
    },
    mayPublish: async (asked) => {
      observed.asked.push(asked.warning);
      observed.questions.push(asked);
      return answers.mayPublish?.(asked) ?? 'yes';
    },
    onPublished: (path, part, output) => {
      observed.published.push(path);
      answers.onPublished?.(path, part, output);
    },
    onMeasured: (path, measured) => answers.onMeasured?.(path, measured),
  };
}

async function finish(render: Render, scratch: ScratchFolder, cache: CacheSession | null) {
  const stop = await stopProcessTree(render.record, { graceMs: 0 });
  await render.close();
  await cache?.end();
  return { stop, removal: await removeScratchFolder(scratch, { budgetMs: 5000 }) };
}
