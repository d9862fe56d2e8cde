/* Which programs one real render has, and what is left after a cancel of a render. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  describeRenderer,
  findStrays,
  type Render,
  removeScratchFolder,
  stopProcessTree,
} from '@renderdeck/render-host';
import type { Probe } from '@renderdeck/render-host/extras';
import { type CheckedRender, startCheckRender } from '../../host/check-render.ts';
import type { CheckPlace } from '../../host/check-tree.ts';
import type { Checked } from '../../host/run-host-check.ts';

const SAMPLE_MS = 100;
const ENDS_WITHIN_MS = 5 * 60_000;
const DEAD_WITHIN_MS = 5000;
const CLEAN_WITHIN_MS = 30_000;
/** After Effects may start programs this long after its own programs are dead. */
const LOOK_AGAIN_MS = 5000;

/** Without a project to render there is no probe. Then a sentence says why. */
export async function renderProbes(host: Checked): Promise<readonly Probe[]> {
  const { config } = host;
  const { standIn, problem } = await describeRenderer(config.aerender);
  const missing =
    problem ??
    (standIn || config.checkProject !== null
      ? null
      : 'RENDERDECK_CHECK_PROJECT names no project with a composition named check.');
  const run = (see: (host: Checked, standIn: boolean) => ReturnType<Probe['run']>) => async () =>
    missing === null ? await see(host, standIn) : { seen: missing, asExpected: null };
  const systems: Probe['systems'] = ['win32', 'darwin', 'linux'];
  return [
    {
      name: 'programs of a render',
      systems,
      expected:
        'The render completes. aerender and After Effects are below nexrender, all in its ' +
        'container, and no program of After Effects is outside.',
      run: run(seeRender),
    },
    {
      name: 'cancel of a render',
      systems,
      expected:
        `Every program is dead within ${DEAD_WITHIN_MS} ms, with proof; the files are gone, and ` +
        'no program of After Effects is left.',
      run: run(seeCancel),
    },
  ];
}

function seeRender(host: Checked, standIn: boolean): ReturnType<Probe['run']> {
  return host.trees.use(async (place) => {
    const started = await start(host, place, { standIn, frames: 3, frameMs: 300 });
    const { render } = started;
    const names = new Map<string, number>();
    const until = performance.now() + ENDS_WITHIN_MS;
    let most = 0;
    let end: Awaited<Render['ended']> | null = null;
    while (end === null && performance.now() < until) {
      end = await Promise.race([render.ended, delay(SAMPLE_MS, null)]);
      const members = await render.members();
      most = Math.max(most, members.length);
      for (const { name } of members) names.set(name, (names.get(name) ?? 0) + 1);
    }
    const strays = await listStrays(render);
    const how = end === null ? 'It did not end' : end.kind;
    const why = end?.kind === 'failed' ? ` (${end.reason})` : '';
    const programs = [...names].map(([name, times]) => `${name || 'no name'} ${times}×`).join(', ');
    return {
      seen: `${how}${why}. Seen: ${programs || 'none'}; ${most} at once.${describeStrays(strays)}`,
      asExpected: end?.kind === 'completed' && strays === null,
    };
  });
}

function seeCancel(host: Checked, standIn: boolean): ReturnType<Probe['run']> {
  return host.trees.use(async (place) => {
    const beganAt = performance.now();
    const started = await start(host, place, { standIn, frames: null, frameMs: 100 });
    const { render, rendering } = started;
    const first = await Promise.race([
      rendering.then(() => 'rendering'),
      render.ended.then(() => 'ended'),
      delay(ENDS_WITHIN_MS, 'launching', { ref: false }),
    ]);
    await render.members();
    const afterMs = Math.round(performance.now() - beganAt);
    const report = await stopProcessTree(render.record, { graceMs: 0 });
    const removal = await removeScratchFolder(place.scratch, { budgetMs: CLEAN_WITHIN_MS });
    await delay(LOOK_AGAIN_MS);
    const strays = await listStrays(render);
    const deadMs = report.timeToDeadMs;
    return {
      seen:
        `Stopped after ${afterMs} ms (${first}): ${report.processes.length} processes, dead ` +
        `after ${deadMs === null ? 'no proof' : `${deadMs.toFixed(1)} ms`}, proof ` +
        `${report.proof ?? 'none'}, ${report.survivors.length} survivors. Files: ` +
        `${removal.files}, gone after ${removal.timeToCleanMs.toFixed(1)} ms, ` +
        `${removal.leftovers.length} left ` +
        `(${removal.leftovers.map(({ error }) => error).join(', ') || 'none'}).` +
        describeStrays(strays),
      asExpected:
        first === 'rendering' &&
        deadMs !== null &&
        deadMs <= DEAD_WITHIN_MS &&
        report.proof !== null &&
        removal.leftovers.length === 0 &&
        strays === null,
    };
  });
}

async function start(
  host: Checked,
  place: CheckPlace,
  what: Omit<CheckedRender, 'onPhase'>,
): Promise<{ render: Render; rendering: Promise<void> }> {
  let begin: () => void = () => {};
  const rendering = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const onPhase = (phase: string) => {
    if (phase === 'rendering') begin();
  };
  const render = await startCheckRender(host, place, { ...what, onPhase });
  await place.record(render.record);
  render.go();
  return { render, rendering };
}

/** Programs of After Effects that are in none of our jobs, as text; null when there are none. */
async function listStrays({ record }: Render): Promise<string | null> {
  if (process.platform !== 'win32') return null;
  const strays = await findStrays(record, { end: false });
  return strays.map(({ name, pid }) => `${name} (${pid})`).join(', ') || null;
}

/** Only Windows has Job Objects, and so programs outside of them. */
function describeStrays(strays: string | null): string {
  return process.platform === 'win32' ? ` Outside: ${strays ?? 'none'}.` : '';
}
