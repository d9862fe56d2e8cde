import { type Action, isAllowed } from '@renderdeck/domain';
import type { ApiContext } from './admin-port.ts';
import { refuse } from './errors.ts';

const CHECK_EVERY_MS = 2000;

/**
 * A stream for as long as its reader may have it: asked again before every event, when anybody's access changed and, on a quiet stream, every two seconds;
 * and no faster than the connection takes it. Ends with `unauthenticated` when the session is over, quietly when the client goes.
 */
export async function* whileAllowed<Event>(
  ctx: Pick<ApiContext, 'authenticate' | 'onAccessChange' | 'waitForDrain'>,
  act: Action,
  signal: AbortSignal | undefined,
  open: (cut: AbortSignal) => AsyncIterable<Event>,
): AsyncGenerator<Event> {
  const cut = new AbortController();
  const allowed = async () => isAllowed((await ctx.authenticate(true)).actor, act);
  const end = () => cut.abort();
  const check = () => {
    allowed().then((still) => still || end(), end);
  };
  const timer = setInterval(check, CHECK_EVERY_MS);
  const stopHearing = ctx.onAccessChange?.(check);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  try {
    for await (const event of open(cut.signal)) {
      if (!(await allowed())) break;
      yield event;
      await ctx.waitForDrain?.();
    }
    if (!signal?.aborted && !(await allowed())) throw refuse('unauthenticated');
  } finally {
    clearInterval(timer);
    stopHearing?.();
    signal?.removeEventListener('abort', end);
    end();
  }
}
