import { type Database, databaseOf, type Send } from '@renderdeck/store/connect';
import { openLiveFeeds } from '../../src/live/live-feeds.ts';

const OF_CHANGES = /unseen_changes\(|from job_changes_forgotten/;

/**
 * Feeds that poll only when the test says so. `reads` counts the reads of changes that the database
 * sends from now on; `most`: at the same time.
 */
export function openCountedFeeds(db: Database) {
  const reads = { count: 0, most: 0, done: 0 };
  const counted: Send = (text, values, sending) => {
    const sent = db.send(text, values, sending);
    return OF_CHANGES.test(text) ? count(sent) : sent;
  };
  const live = openLiveFeeds(databaseOf(counted, db.begin), () => {});
  live.stop();
  return { live, reads };

  async function count<Answer>(read: Promise<Answer>): Promise<Answer> {
    reads.count += 1;
    reads.most = Math.max(reads.most, reads.count - reads.done);
    try {
      return await read;
    } finally {
      reads.done += 1;
    }
  }
}
