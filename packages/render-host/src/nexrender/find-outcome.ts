import { setTimeout as delay } from 'node:timers/promises';
import { askAs } from '../process/looks.ts';
import type { RenderUser } from '../process/render-user.ts';
import type { Move } from './moves.mjs';

/** A large file that another program has touched since is read to its end. */
const LOOK_MS = 60_000;
/** After a boot, a share may be mounted later than the worker starts. */
const TRIES = 5;
const PAUSE_MS = 2000;

/**
 * Whether the output of a move is out. Call this after every process of the attempt has ended, and
 * before its parts are removed. `unknown` when the disk does not show it, or does not answer.
 * `user`: the user that renders.
 */
export async function findOutcome(
  move: Move,
  user: RenderUser | null,
): Promise<'published' | 'none' | 'unknown'> {
  for (let tries = 1; ; tries += 1) {
    const found = await askAs(user)
      .ask('findMoved', [move], LOOK_MS)
      .catch(() => 'unknown' as const);
    if (found !== 'away') return found;
    if (tries === TRIES) return 'unknown';
    await delay(PAUSE_MS);
  }
}
