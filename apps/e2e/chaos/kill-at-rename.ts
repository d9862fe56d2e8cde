import type { Random } from '@renderdeck/testing/random';
import { waitFor } from '@renderdeck/testing/wait-for';
import type { Host } from './host.ts';
import { rowsOf } from './read-farm.ts';
import { rendersOn } from './renders.ts';
import { signalTo } from './signal-to.ts';
import { outputsOf, type World } from './world.ts';

const WITHIN_MS = 8000;
const DELAYS_MS = [0, 0, 1, 0, 2, 4, 8, 16];

/**
 * Kills the daemon of a host, one of its renders, or both, up to 16 ms after an output of this
 * render got its name. Gives up if no output gets its name in time.
 */
export async function killAtRename(world: World, host: Host, random: Random): Promise<void> {
  const renders = (await rendersOn(world, host)).filter(({ name }) => name === 'nexrender');
  const daemon = host.daemon();
  if (renders.length === 0 || daemon === null) return;
  const render = random.pick(renders);
  const job = await rowsOf(world.farm).nameOfAttempt(render.attemptId ?? '');
  if (job === null) return;
  const victims = random.pick([[daemon.pid], [render.pid], [daemon.pid, render.pid]]);
  const delayMs = random.pick(DELAYS_MS);
  let isOver = false;
  const ends = outputsOf(job).map((output) =>
    world.publications.atRename(output, () => {
      const until = performance.now() + delayMs;
      while (performance.now() < until); // a timer would be late
      for (const pid of victims) signalTo(pid, 'SIGKILL');
      isOver = true;
      world.counts.killsAtRename += 1;
    }),
  );
  await waitFor(() => isOver, { withinMs: WITHIN_MS }).catch(() => null);
  for (const end of ends) end();
}
