import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Render, type RenderUser, startRender } from '@renderdeck/render-host';
import type { HostConfig } from '../config.ts';
import type { CheckPlace } from './check-tree.ts';
import { ownerTag } from './host-health.ts';

const COMPOSITION = 'check';
/** The number of frames of the stand-in when every frame of the composition is asked for. */
const ALL_FRAMES = 2000;

export type CheckedRender = {
  readonly standIn: boolean;
  /** The number of frames; null: every frame of the composition. */
  readonly frames: number | null;
  /** The time that the stand-in takes for one frame. */
  readonly frameMs: number;
  readonly onPhase: (phase: string) => void;
};

/**
 * Starts a render of the host itself: of the stand-in's own project, or of the composition `check`
 * in RENDERDECK_CHECK_PROJECT. It publishes nothing. Call its `go` when its record is stored.
 */
export async function startCheckRender(
  {
    config,
    renderUser: user,
  }: {
    readonly config: HostConfig;
    readonly renderUser: RenderUser | null;
  },
  { attemptId, treeMarker, scratch }: CheckPlace,
  { standIn, frames, frameMs, onPhase }: CheckedRender,
): Promise<Render> {
  const own = join(scratch.workPath, 'check.aep');
  const project = { standIn: { frames: frames ?? ALL_FRAMES, frameMs, launchMs: 0 } };
  // The folder belongs to the render user by now, but no program of that user runs in it yet.
  if (standIn) await writeFile(own, JSON.stringify(project), { mode: 0o644, flag: 'wx' });
  const src = pathToFileURL(standIn ? own : (config.checkProject ?? own)).href;
  const range = frames === null ? {} : { frameStart: 0, frameEnd: frames - 1 };
  return await startRender({
    ...{ attemptId, treeMarker, scratch, user },
    owner: ownerTag(config.name),
    nexrenderJob: { template: { src, composition: COMPOSITION, ...range } },
    aerender: config.aerender,
    aerenderOptions: config.aerenderOptions,
    addresses: config.addresses,
    actions: [],
    onPhase,
    onProgress: () => {},
    onMoved: () => {},
    onTransfer: () => {},
    onLine: () => {},
    publishing: {
      passGate: async () => 'yes',
      recordPart: async () => 'no',
      mayPublish: async () => 'no',
      onPublished: () => {},
      onMeasured: () => {},
    },
  });
}
