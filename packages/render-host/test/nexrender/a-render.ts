import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  installStandIn,
  type SampleProject,
  sampleJob,
  writeSampleFiles,
} from '@renderdeck/aerender-stand-in';
import { type Render, type RenderOptions, startRender } from '../../src/nexrender/start-render.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { createScratchFolder } from '../../src/scratch/scratch-folder.ts';

export type Observed = { phases: string[]; percents: number[]; lines: string[]; gates: number };

/**
 * A host with an installed stand-in and sample files. `render` runs a job through the real launcher
 * and nexrender, and then cleans up.
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
  const output = join(base, 'out', 'result.avi');
  const job = sampleJob({ ...files, outputPath: output, title: 'Hello' });

  return {
    base,
    aerender,
    files,
    output,
    job,
    remove: () => rm(base, { recursive: true, force: true }),
    /** Starts without waiting. `finish` stops what is left and removes the scratch folder. */
    async start(nexrenderJob: Record<string, unknown>, more: Partial<RenderOptions> = {}) {
      const observed: Observed = { phases: [], percents: [], lines: [], gates: 0 };
      const attemptId = randomUUID();
      const scratch = await createScratchFolder(join(base, 'scratch'), attemptId);
      const render = await startRender({
        attemptId,
        treeMarker: randomUUID(),
        owner: base,
        nexrenderJob,
        scratch,
        aerender,
        actions: ['@nexrender/action-copy', '@nexrender/action-encode'],
        onPhase: (phase) => observed.phases.push(phase),
        onProgress: ({ percent }) => observed.percents.push(percent),
        onLine: (stream, line) => observed.lines.push(`${stream}: ${line}`),
        ...more,
        gate: async () => {
          observed.gates += 1;
          return more.gate === undefined ? true : more.gate();
        },
      });
      return { render, scratch, observed, finish: () => finish(render, scratch) };
    },
    async render(nexrenderJob: Record<string, unknown>, more: Partial<RenderOptions> = {}) {
      const started = await this.start(nexrenderJob, more);
      started.render.go();
      const end = await started.render.ended;
      const { stop, removal } = await started.finish();
      return { end, observed: started.observed, stop, removal, published: existsSync(output) };
    },
  };
}

async function finish(render: Render, scratch: Awaited<ReturnType<typeof createScratchFolder>>) {
  const stop = await stopProcessTree(render.record, { graceMs: 0 });
  await render.release();
  return { stop, removal: await removeScratchFolder(scratch, { budgetMs: 5000 }) };
}
