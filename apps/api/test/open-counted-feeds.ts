import type { Database } from '@renderdeck/store/connect';
import type { Sql } from '@renderdeck/testing/open-sql';
import { openLiveFeeds } from '../src/live/live-feeds.ts';

const OF_CHANGES = /unseen_changes\(|from job_changes/;

/**
 * Feeds that poll only when the test says so. `reads` counts the reads of changes that the database
 * sends from now on; `most`: at the same time.
 */
export function openCountedFeeds(db: Database) {
  const reads = { count: 0, most: 0, done: 0 };
  const client: Sql = Reflect.get(Reflect.get(db._, 'session'), 'client');
  const { unsafe } = client;
  Object.assign(client, {
    unsafe(...statement: Parameters<Sql['unsafe']>) {
      const sent = unsafe(...statement);
      if (!OF_CHANGES.test(statement[0])) return sent;
      const execute = sent.execute.bind(sent);
      return Object.assign(sent, { execute: () => count(execute()) });
    },
  });
  const live = openLiveFeeds(db, () => {});
  live.stop();
  return { live, reads };

  function count<Read extends Promise<unknown>>(read: Read): Read {
    reads.count += 1;
    reads.most = Math.max(reads.most, reads.count - reads.done);
    const end = () => {
      reads.done += 1;
    };
    read.then(end, end);
    return read;
  }
}
