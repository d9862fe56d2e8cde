import type { WireLogChunk } from '@renderdeck/contract';
import { eventsOf, type Handlers, retryWhileAway } from './follow-stream.ts';
import { type JobReads, untilJob } from './until-job.ts';

type LogEvent = { readonly id: string; readonly data: WireLogChunk };
type Attempt = { readonly id: string; readonly attempt: number };
type LogReads = JobReads & {
  readonly getLogText: {
    query(input: Attempt & { most: number }): Promise<{ readonly outcome: string | null }>;
  };
  readonly getAttemptLog: {
    query(
      input: Attempt & { after: string },
    ): Promise<{ readonly chunks: readonly WireLogChunk[]; readonly after: string }>;
  };
  readonly onAttemptLog: {
    subscribe(
      input: Attempt & { lastEventId: string },
      handlers: Handlers<LogEvent>,
    ): { unsubscribe(): void };
  };
};

/**
 * The log of a job: that of its newest attempt from the first line, then of each next attempt,
 * until the job has ended. Waits for the first attempt.
 */
export async function* followLog(
  api: LogReads,
  id: string,
): AsyncGenerator<WireLogChunk, void, undefined> {
  const { job } = await retryWhileAway(() => api.getJob.query({ id }));
  let attempt = job.attempt ?? (await nextAttempt(api, id, 0));
  while (attempt !== null) {
    yield* followAttemptLog(api, { id, attempt });
    attempt = await nextAttempt(api, id, attempt);
  }
}

/** The attempt after this one, once it has begun. Null when the job ended without another one. */
export async function nextAttempt(
  api: LogReads,
  id: string,
  shown: number,
): Promise<number | null> {
  const job = await untilJob(
    api,
    id,
    ({ attempt, endedAt }) => (attempt ?? 0) > shown || endedAt !== null,
  );
  return (job.attempt ?? 0) > shown ? shown + 1 : null;
}

/**
 * The log of one attempt until the attempt is over, also after a restart of the API. `after` is the
 * seq of the last chunk that is known already.
 */
export async function* followAttemptLog(
  api: LogReads,
  { id, attempt, after = 0 }: { id: string; attempt: number; after?: number },
): AsyncGenerator<WireLogChunk, void, undefined> {
  let cursor = `${attempt}:${after}`;
  /** The server ends the stream when the attempt ends, and when the server shuts down. */
  const hasMore = async (take: (event: LogEvent) => void) => {
    const { outcome } = await retryWhileAway(() => api.getLogText.query({ id, attempt, most: 1 }));
    if (outcome === null) return true;
    for (;;) {
      const page = await retryWhileAway(() =>
        api.getAttemptLog.query({ id, attempt, after: cursor }),
      );
      for (const data of page.chunks) take({ id: `${attempt}:${data.seq}`, data });
      if (page.chunks.length === 0) return false;
      cursor = page.after;
    }
  };
  const events = eventsOf<LogEvent>((handlers) => {
    const onData = (event: LogEvent) => {
      cursor = event.id;
      handlers.onData(event);
    };
    const from = { id, attempt, lastEventId: cursor };
    return api.onAttemptLog.subscribe(from, { ...handlers, onData });
  }, hasMore);
  for await (const { data } of events) yield data;
}
