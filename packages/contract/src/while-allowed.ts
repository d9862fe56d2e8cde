import { type Action, isAllowed } from '@renderdeck/domain';
import type { ApiContext, RequestContext } from './admin-port.ts';
import { refuse } from './errors.ts';

const CHECK_EVERY_MS = 2000;

/** The parts of a procedure's context that a stream needs. */
export type StreamContext = Pick<
  ApiContext,
  'authenticate' | 'onAccessChange' | 'waitForDrain' | 'takeStream' | 'translateError'
> & { readonly requestContext: Pick<RequestContext, 'actor'> };

/**
 * Gives a stream while its reader is allowed to read it, no faster than the connection accepts it.
 * Access is checked before every event, when the access of any user or token changes, and every two
 * seconds. The stream ends with `unauthenticated` when the session is over, with the error of a
 * check that failed, and without an error when the client goes.
 */
export async function* whileAllowed<Event>(
  ctx: StreamContext,
  action: Action,
  signal: AbortSignal | undefined,
  open: (cut: AbortSignal) => AsyncIterable<Event>,
): AsyncGenerator<Event> {
  const release = ctx.takeStream?.(ctx.requestContext.actor);
  const cut = new AbortController();
  const allowed = async () => isAllowed((await ctx.authenticate(true)).actor, action);
  const end = () => cut.abort();
  const failures: unknown[] = [];
  const fail = (error: unknown) => {
    failures.push(error);
    end();
  };
  const check = () => {
    allowed().then((still) => still || end(), fail);
  };
  const timer = setInterval(check, CHECK_EVERY_MS);
  const unsubscribe = ctx.onAccessChange?.(check);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  try {
    for await (const event of open(cut.signal)) {
      if (!(await allowed())) break;
      yield event;
      await ctx.waitForDrain?.();
    }
    if (signal?.aborted) return;
    // The next check may succeed, but the stream has already ended, and not because it is complete.
    if (failures.length > 0) throw failures[0];
    if (!(await allowed())) throw refuse('unauthenticated');
  } catch (error) {
    throw ctx.translateError?.(error) ?? error;
  } finally {
    clearInterval(timer);
    unsubscribe?.();
    signal?.removeEventListener('abort', end);
    end();
    release?.();
  }
}
