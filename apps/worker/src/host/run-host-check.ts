/*
 * The check of a host: can it render? Each item gives one sentence for people.
 *
 * 1. renderer: aerender starts and prints its version.
 * 2. startup script: nexrender has written its script beside aerender, or may write it.
 * 3. disk: the scratch root can be written and has enough free space.
 * 4. render: nexrender renders a project of one frame, in a tree like any other render. The
 *    stand-in has a project of its own; After Effects needs RENDERDECK_CHECK_PROJECT.
 * 5. licence: whether that render shows a licence.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckItem } from '@renderdeck/domain';
import {
  describeRenderer,
  findUnprepared,
  freeBytes,
  type RenderEnd,
  type Renderer,
  type RenderUser,
  startVersionProbe,
} from '@renderdeck/render-host';
import type { HostConfig } from '../config.ts';
import { errorMessage } from '../error-message.ts';
import { startCheckRender } from './check-render.ts';
import type { CheckPlace, CheckTrees } from './check-tree.ts';
import { ownerTag } from './host-health.ts';

/** aerender prints its version without After Effects, so this takes little time. */
const VERSION_WITHIN_MS = 60_000;

export type Checked = {
  readonly config: HostConfig;
  readonly renderUser: RenderUser | null;
  readonly trees: CheckTrees;
};

/** Throws only when `signal` is aborted. */
export async function runHostCheck(
  host: Checked,
  signal: AbortSignal,
): Promise<readonly CheckItem[]> {
  const { config } = host;
  const renderer = await describeRenderer(config.aerender, host.renderUser);
  const disk = await checkDisk(config);
  if (renderer.problem !== null)
    return [{ name: 'renderer', ok: false, sentence: renderer.problem }, disk];
  const version = await checkVersion(host, signal);
  const script = await checkScript(host);
  const first = [version, script, disk];
  if (first.some(({ ok }) => ok === false)) return first;
  return [...first, ...(await checkRender(host, renderer, signal))];
}

async function checkDisk({ scratchRoot, minFreeBytes }: HostConfig): Promise<CheckItem> {
  const name = 'disk';
  try {
    const free = await freeBytes(scratchRoot);
    const sentence = `${Math.round(free / 1_000_000)} MB are free on the disk of ${scratchRoot}.`;
    return { name, ok: free >= minFreeBytes, sentence };
  } catch (error) {
    return { name, ok: false, sentence: errorMessage(error) };
  }
}

async function checkScript({ config, renderUser }: Checked): Promise<CheckItem> {
  const problem = await findUnprepared(config.aerender, renderUser).catch(errorMessage);
  const fine = 'nexrender has written its script beside aerender, or may.';
  return { name: 'startup script', ok: problem === null, sentence: problem ?? fine };
}

async function checkVersion(host: Checked, signal: AbortSignal): Promise<CheckItem> {
  const { config, renderUser: user, trees } = host;
  const name = 'renderer';
  try {
    const { version, problem } = await trees.use(async (place) => {
      const { aerender } = config;
      const probe = await startVersionProbe({ ...place, ...ownedBy(config), aerender, user });
      await place.record(probe.record);
      probe.go();
      const late = { version: null, problem: 'aerender did not name its version within 60 s.' };
      return await within(probe.ended, VERSION_WITHIN_MS, late, signal);
    });
    return { name, ok: problem === null, sentence: problem ?? `${version} starts.` };
  } catch (error) {
    signal.throwIfAborted();
    return { name, ok: false, sentence: errorMessage(error) };
  }
}

async function checkRender(
  host: Checked,
  { standIn }: Renderer,
  signal: AbortSignal,
): Promise<readonly CheckItem[]> {
  const { config, trees } = host;
  if (!standIn && config.checkProject === null) {
    const sentence =
      'No frame was rendered: RENDERDECK_CHECK_PROJECT names no project. ' +
      'Only a render shows whether After Effects starts and has a licence.';
    return [
      { name: 'render', ok: null, sentence },
      { name: 'licence', ok: null, sentence: 'Only a render shows it.' },
    ];
  }
  try {
    const end = await trees.use((place) => renderOneFrame(host, place, standIn, signal));
    return describeRender(end, standIn);
  } catch (error) {
    signal.throwIfAborted();
    return [{ name: 'render', ok: false, sentence: errorMessage(error) }];
  }
}

async function renderOneFrame(
  host: Checked,
  place: CheckPlace,
  standIn: boolean,
  signal: AbortSignal,
): Promise<RenderEnd> {
  const what = { standIn, frames: 1, frameMs: 0, onPhase: () => {} };
  const render = await startCheckRender(host, place, what);
  await place.record(render.record);
  render.go();
  const limitMs = host.config.limits.launchMs;
  const reason = `No frame was rendered within ${limitMs / 1000} s (launch limit).`;
  const late: RenderEnd = { kind: 'failed', reason, failure: 'noStart' };
  return await within(render.ended, limitMs, late, signal);
}

function describeRender(end: RenderEnd, standIn: boolean): readonly CheckItem[] {
  if (end.kind === 'completed') {
    const licence = standIn ? 'The stand-in needs none.' : 'After Effects rendered with it.';
    return [
      { name: 'render', ok: true, sentence: 'nexrender rendered a frame of its own.' },
      { name: 'licence', ok: true, sentence: licence },
    ];
  }
  const sentence = end.kind === 'failed' ? end.reason : 'The render ended before its first frame.';
  const render = { name: 'render', ok: false, sentence };
  return end.kind === 'failed' && end.failure === 'licence'
    ? [render, { name: 'licence', ok: false, sentence: 'After Effects has no licence here.' }]
    : [render];
}

const ownedBy = ({ name }: HostConfig) => ({ owner: ownerTag(name) });

/** The result, or `late` after this time. Throws when the signal is aborted. */
async function within<Result>(
  ended: Promise<Result>,
  ms: number,
  late: Result,
  signal: AbortSignal,
): Promise<Result> {
  const timer = new AbortController();
  const both = AbortSignal.any([signal, timer.signal]);
  const result = await Promise.race([ended, delay(ms, late, { signal: both }).catch(() => late)]);
  timer.abort();
  signal.throwIfAborted();
  return result;
}
