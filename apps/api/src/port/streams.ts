import { readLogCursor } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import type { LiveFeeds } from '../live/live-feeds.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireHost, wireLogChunk } from './to-wire.ts';

const CHUNKS_PER_READ = 200;

type StreamsPort = Pick<AdminPort, 'onJobChange' | 'onAttemptLog' | 'onHostChange'>;

/** The part of the port that serves live streams. */
export function streamsPort(db: Database, live: LiveFeeds): StreamsPort {
  return {
    onJobChange: (_requestContext, { signal, lastEventId }) => live.followJobs(lastEventId, signal),

    async *onAttemptLog(_requestContext, { id, signal, lastEventId }) {
      let after = lastEventId === null ? null : readLogCursor(lastEventId);
      let following: string | null = null;
      for await (const _ of live.followLog(id, () => following, signal)) {
        for (let more = true; more; ) {
          const query = { id, attempt: null, after, limit: CHUNKS_PER_READ };
          const read = doneOrThrow(await operations.getAttemptLog({ db }, query));
          // Lines that came before this attempt was followed gave no notification: read again.
          more = read.chunks.length > 0 || following !== read.newestId;
          following = read.newestId;
          after = read.after;
          yield* read.chunks.map(wireLogChunk);
        }
      }
    },

    async *onHostChange(_requestContext, { signal }) {
      const changes = live.followHosts(signal);
      yield* (await operations.listHostViews(db)).map(wireHost);
      yield* changes;
    },
  };
}
