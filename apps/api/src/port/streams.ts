import { readLogCursor } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import type { LiveFeeds } from '../live/live-feeds.ts';
import { doneOrThrow, rejectionToError } from './rejection-to-error.ts';
import { wireHost, wireLogChunk } from './to-wire.ts';

const CHUNKS_PER_READ = 200;

type StreamsPort = Pick<AdminPort, 'onJobChange' | 'onAttemptLog' | 'onHostChange'>;

/** The part of the port for live streams. */
export function streamsPort(db: Database, live: LiveFeeds): StreamsPort {
  return {
    onJobChange: (_requestContext, { signal, lastEventId }) => live.followJobs(lastEventId, signal),

    async *onAttemptLog(_requestContext, { id, attempt, signal, lastEventId }) {
      let after = lastEventId === null ? null : readLogCursor(lastEventId);
      // A cursor that belongs to another attempt is of no use for this attempt.
      if (attempt !== null && after?.attempt !== attempt) after = null;
      let following: string | null = null;
      for await (const _ of live.followLog(id, () => following, signal)) {
        for (let more = true; more; ) {
          const query = { id, attempt, after, limit: CHUNKS_PER_READ };
          const read = doneOrThrow(await operations.getAttemptLog({ db }, query));
          if (attempt !== null && read.attempt === null)
            throw rejectionToError({ code: 'unknownNumber', number: attempt });
          const followed = attempt === null ? read.newestId : read.attemptId;
          // Lines from before this attempt was followed gave no notification, so read again.
          more = read.chunks.length > 0 || following !== followed;
          following = followed;
          after = read.after;
          yield* read.chunks.map(wireLogChunk);
          if (attempt !== null && read.isOver) return;
        }
      }
    },

    async *onHostChange(_requestContext, { signal }) {
      const changes = live.followHosts(signal);
      yield* (await live.hostReader.read(db)).map(wireHost);
      yield* changes;
    },
  };
}
