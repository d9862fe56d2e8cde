import { callFailureOf } from './call-failure.ts';

export type Handlers<Event> = {
  readonly onData: (event: Event) => void;
  readonly onError: (error: unknown) => void;
  readonly onComplete: () => void;
};
const RETRY_MS = 500;
/** Codes of refusals that a later try may not get. */
const PASSING: ReadonlySet<string> = new Set(['unavailable', 'too_many_requests', 'internal']);

/**
 * Follows a live stream until `end` is called. When the connection is lost, the client resumes the
 * stream itself. When the server ends the stream, for example because it shuts down, this function
 * opens the stream again. `done` rejects after a refusal that a later try would get again.
 */
export function followStream<Event>(
  open: (handlers: Handlers<Event>) => { unsubscribe(): void },
  onEvent: (event: Event, end: () => void) => void,
  /** Whether more events can come after the server has ended the stream. */
  hasMore: () => Promise<boolean> = async () => true,
): { readonly done: Promise<void>; end(): void } {
  let over = false;
  let subscription: { unsubscribe(): void } | undefined;
  let settle = (_error?: unknown) => {};
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  const end = () => {
    over = true;
    subscription?.unsubscribe();
    settle();
  };
  const begin = () => {
    if (over) return;
    subscription = open({
      onData: (event) => {
        if (!over) onEvent(event, end);
      },
      onError(error) {
        if (over) return;
        const failure = callFailureOf(error);
        const isPassing = failure?.kind !== 'refused' || PASSING.has(failure.problem.code);
        if (isPassing) setTimeout(begin, RETRY_MS);
        else settle(error);
      },
      onComplete() {
        hasMore().then((more) => {
          if (more) setTimeout(begin, RETRY_MS);
          else end();
        }, settle);
      },
    });
    if (over) subscription.unsubscribe();
  };
  begin();
  return { done, end };
}

/** Calls the API again and again while it does not answer, until the deadline (ms since 1970). */
export async function retryWhileAway<Result>(
  call: () => Promise<Result>,
  deadline = Number.POSITIVE_INFINITY,
): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const failure = callFailureOf(error);
      const isAway = failure?.kind !== 'refused' || failure.problem.code === 'unavailable';
      if (failure === null || !isAway || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/**
 * The events of a live stream, one after the other, for `for await`. Leaving the loop ends the
 * stream. Events that the loop has not taken yet are kept in memory.
 */
export async function* eventsOf<Event>(
  open: (handlers: Handlers<Event>) => { unsubscribe(): void },
  hasMore?: (take: (event: Event) => void) => Promise<boolean>,
): AsyncGenerator<Event, void, undefined> {
  const waiting: Event[] = [];
  let isOver = false;
  let wake = () => {};
  const take = (event: Event) => {
    waiting.push(event);
    wake();
  };
  const { done, end } = followStream<Event>(open, take, hasMore && (() => hasMore(take)));
  const over = done.finally(() => {
    isOver = true;
    wake();
  });
  over.catch(() => undefined);
  try {
    for (;;) {
      const event = waiting.shift();
      if (event !== undefined) yield event;
      else if (isOver) return await over;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    end();
  }
}
