/*
 * A receipt that says `cancelled` says that no process of the job runs on any host. At the moment
 * when one is seen, this lists the living renders of every host, from /proc and without
 * Renderdeck's code.
 */
import type { WireJob } from '@renderdeck/contract';
import { rowsOf } from './read-farm.ts';
import { outputsOf, type World } from './world.ts';

export type StopSeen = {
  readonly jobId: string;
  readonly at: number;
  readonly number: number;
  /** The inode of each output when the stop was seen; null: no file. */
  readonly outputs: ReadonlyMap<string, number | null>;
};

export function watchStops({ farm, publications, broken }: World) {
  const seen = new Map<string, StopSeen>();
  const looking: Promise<void>[] = [];

  async function look({ id, name }: WireJob, number: number): Promise<void> {
    const living = new Set((await farm.processes()).flatMap(({ attemptId }) => attemptId ?? []));
    for (const attempt of await rowsOf(farm).attemptIds(id))
      if (living.has(attempt)) broken(`${name} is cancelled (#${number}), and ${attempt} runs`);
  }
  return {
    saw(job: WireJob): void {
      const { receipt, id, name } = job;
      if (receipt?.outcome !== 'cancelled' || seen.has(`${id} ${receipt.number}`)) return;
      const inodes = outputsOf(name).map((one) => {
        const last = publications.seen.get(one)?.at(-1);
        return [one, last?.inode ?? null] as const;
      });
      seen.set(`${id} ${receipt.number}`, {
        jobId: id,
        at: performance.now(),
        number: receipt.number,
        outputs: new Map(inodes),
      });
      looking.push(look(job, receipt.number));
    },
    async all(): Promise<readonly StopSeen[]> {
      await Promise.all(looking);
      return [...seen.values()];
    },
  };
}
