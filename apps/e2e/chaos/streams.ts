/*
 * One follower for each API reads the live stream. Each version of a job must come, none before an
 * earlier one, unless a frame has said that there is a gap. If an API ends the stream because its
 * database does not answer, the follower resumes after its last event, as the page does.
 */
import { problemOf } from '@renderdeck/client';
import type { WireJob } from '@renderdeck/contract';
import type { ApiProgram } from './api-program.ts';

export type Follower = {
  readonly name: string;
  /** The last version of each job since the last gap. */
  readonly versions: ReadonlyMap<string, number>;
  readonly counts: { changes: number; gaps: number };
  end(): void;
};

const MOST_RECENT = 40;

export function follow(
  { name, client }: ApiProgram,
  { seen, broken }: { seen: (job: WireJob) => void; broken: (sentence: string) => void },
): Follower {
  const versions = new Map<string, number>();
  const counts = { changes: 0, gaps: 0 };
  /** The last frames and ends, to explain what is broken. */
  const recent: string[] = [];
  const note = (line: string) => {
    recent.push(`${new Date().toISOString()} ${line}`);
    if (recent.length > MOST_RECENT) recent.shift();
  };
  let lastEventId: string | null = null;
  let unsubscribe = () => {};

  function see({ job, version }: { job: WireJob; version: number }): void {
    counts.changes += 1;
    const before = versions.get(job.id);
    if (before !== undefined && version !== before && version !== before + 1)
      broken(
        `the stream of ${name} went from version ${before} to ${version} of ${job.id}:\n` +
          recent.join('\n'),
      );
    versions.set(job.id, version);
    seen(job);
  }
  function subscribe(): void {
    const subscription = client.api.onJobChange.subscribe(
      { lastEventId },
      {
        onData({ id, data }) {
          // Without a cursor there is no "before" that a gap could concern.
          if (data.type === 'alive' && data.gap && lastEventId !== null) {
            counts.gaps += 1;
            versions.clear();
          }
          lastEventId = id;
          if (data.type === 'changes')
            note(`${id}: ${data.changes.map(({ job, version }) => `${job.id} ${version}`)}`);
          else if (data.type === 'alive') note(`${id}: alive, ${data.gap}, ${data.missed}`);
          if (data.type === 'changes') for (const change of data.changes) see(change);
        },
        onError(error) {
          note(`ended: ${error.message}`);
          if (problemOf(error)?.code !== 'unavailable')
            broken(`the stream of ${name} ended: ${error.message}`);
          setTimeout(subscribe, 500);
        },
      },
    );
    unsubscribe = () => subscription.unsubscribe();
  }
  subscribe();
  return { name, versions, counts, end: () => unsubscribe() };
}
