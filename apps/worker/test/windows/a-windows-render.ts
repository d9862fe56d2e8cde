/*
 * Checks, starts and ends a render in C:\scratch, in the same way as the worker. The projects are
 * for the stand-in.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  checkNexrenderJob,
  createScratchFolder,
  type RenderOptions,
  removeScratchFolder,
  startRender,
  stopProcessTree,
} from '@renderdeck/render-host';

export const AERENDER = String(process.env.AERENDER);
export const FARM = 'C:\\farm';
export const OUT = 'C:\\out';
export const ROOT = 'C:\\scratch';
const COPY = '@nexrender/action-copy';
export const ENCODE = '@nexrender/action-encode';
const RULES = {
  scripts: false,
  addresses: { refused: [], allowed: [] },
  assetRoots: [FARM, '\\\\nas\\farm'],
  outputRoots: [OUT, '\\\\nas\\renders'],
  actions: [COPY, ENCODE],
};

type StandIn = { frames?: number; frameMs?: number; launchMs?: number; misbehave?: string };

/** A job as a caller writes it, with a project for the stand-in. */
export async function makeJob(
  standIn: StandIn,
  output: string,
  more: Record<string, unknown> = {},
) {
  const template = join(FARM, `${randomUUID()}.aep`);
  await mkdir(FARM, { recursive: true });
  const project = { standIn: { frames: 5, frameMs: 1, launchMs: 1, ...standIn } };
  await writeFile(template, JSON.stringify(project));
  return {
    template: { src: pathToFileURL(template).href, composition: 'main', ...more },
    actions: { postrender: [{ module: COPY, output }] },
  };
}

/** The renders of cases that failed. A render that lived on would keep the machine in use. */
const unfinished = new Set<() => Promise<void>>();

export async function endRenders(): Promise<void> {
  for (const end of unfinished) await end();
}

/** Checks and starts a job as the worker does. `finish` proves its end and removes its files. */
export async function start(job: unknown, more: Partial<RenderOptions> = {}) {
  const check = checkNexrenderJob(job, RULES);
  assert.ok(check.ok, check.ok ? '' : check.sentence);
  const attemptId = randomUUID();
  const treeMarker = randomUUID();
  const scratch = await createScratchFolder(ROOT, attemptId);
  const lines: string[] = [];
  const published: string[] = [];
  const render = await startRender({
    ...{ attemptId, treeMarker, owner: 'a-test', nexrenderJob: check.job, scratch },
    ...{ aerender: AERENDER, actions: RULES.actions, addresses: RULES.addresses },
    onPhase: (phase) => lines.push(`phase: ${phase}`),
    onProgress: ({ percent }) => lines.push(`percent: ${percent}`),
    onMoved() {},
    onTransfer() {},
    onLine: (stream, line) => lines.push(`${stream}: ${line}`),
    publishing: {
      passGate: async () => 'yes',
      recordPart: async () => 'yes',
      mayPublish: async () => 'yes',
      onPublished: (path) => void published.push(path),
      onMeasured() {},
    },
    ...more,
  });
  const endTree = async () => {
    unfinished.delete(endTree);
    await stopProcessTree(render.record, { graceMs: 0 });
    await render.close();
  };
  unfinished.add(endTree);
  return {
    ...{ render, scratch, lines, published },
    async finish() {
      unfinished.delete(endTree);
      const stop = await stopProcessTree(render.record, { graceMs: 0 });
      await render.close();
      const { leftovers } = await removeScratchFolder(scratch);
      assert.deepEqual(leftovers, []);
      assert.ok(!existsSync(scratch.path));
      assert.deepEqual(stop.survivors, []);
      assert.equal(stop.proof, 'kernel');
      return stop;
    },
  };
}

export async function run(job: unknown, more: Partial<RenderOptions> = {}) {
  const started = await start(job, more);
  started.render.go();
  const end = await started.render.ended;
  return { ...started, end, stop: await started.finish() };
}
