import { eventsOf } from './follow-stream.ts';
import type { JobEvent, JobReads } from './until-job.ts';

/**
 * The changes of all jobs, without an end. After a lost connection or a restart of the API the
 * stream resumes where it was. `after`: the `id` of an earlier event; every change since then comes
 * first.
 */
export async function* followJobs(
  api: Pick<JobReads, 'onJobChange'>,
  { after = null }: { readonly after?: string | null } = {},
): AsyncGenerator<JobEvent, void, undefined> {
  let cursor = after;
  yield* eventsOf<JobEvent>((handlers) => {
    const onData = (event: JobEvent) => {
      cursor = event.id;
      handlers.onData(event);
    };
    return api.onJobChange.subscribe({ lastEventId: cursor }, { ...handlers, onData });
  });
}
