import { findOpenTreeMarkers, type HostState } from '@renderdeck/operations';
import { describeRenderer, findUnclaimed, freeBytes } from '@renderdeck/render-host';
import type { Worker } from './worker.ts';

/** The mark on every process that this host's worker starts. */
export function ownerTag(name: string): string {
  return `renderdeck:${name}`;
}

/** What this host says of itself whenever it is heard. Held by the loops that find it out; read by the lease loop and before every claim. */
export class HostHealth {
  draining = false;
  leftoverFolders = 0;
  unclaimedProcesses = 0;
  /** Renders of an earlier daemon that could not be ended: no job is taken beside them. */
  stuckOrphans = 0;
  #freeBytes: number | null = null;
  #disk: string | null = null;
  #renderer: string | null = null;
  readonly #lasting: string | null;

  /** `lasting`: why it can take no job at all, whatever its disk says; null where it can. */
  constructor(lasting: string | null) {
    this.#lasting = lasting;
  }

  get problem(): string | null {
    const stuck = `${this.stuckOrphans} renders of an earlier worker could not be ended; they are tried again every minute. No job is taken.`;
    return this.#lasting ?? (this.stuckOrphans > 0 ? stuck : (this.#disk ?? this.#renderer));
  }

  /** Looks at aerender and the disk: without the one, below the floor of the other, or where nothing can be made on it, the host takes no job and says so. */
  async look({ config }: Worker): Promise<void> {
    this.#renderer = (await describeRenderer(config.aerender)).problem;
    try {
      this.#freeBytes = await freeBytes(config.scratchRoot);
    } catch (error) {
      this.#freeBytes = null;
      this.#disk = `${error instanceof Error ? error.message : String(error)} Nothing can be rendered here; no job is taken.`;
      return;
    }
    const free = this.#freeBytes;
    const low = `Only ${mb(free)} MB are free on the disk of ${config.scratchRoot}, less than RENDERDECK_MIN_FREE_MB=${mb(config.minFreeBytes)}; no job is taken.`;
    this.#disk = free < config.minFreeBytes ? low : null;
  }

  /** Looks for processes with this host's mark that no attempt on record has: told, never signalled. */
  async lookForUnclaimed(
    worker: Pick<Worker, 'config' | 'context' | 'log' | 'attempts'>,
  ): Promise<void> {
    const known = new Set(await findOpenTreeMarkers(worker.context.db, worker.context.host));
    for (const { job } of worker.attempts.all()) known.add(job.treeMarker); // claimed since the database was asked
    const unclaimed = await findUnclaimed(ownerTag(worker.config.name), known);
    this.unclaimedProcesses = unclaimed.length;
    if (unclaimed.length > 0)
      worker.log.error(
        { unclaimed },
        'processes with our mark belong to no attempt; end them by hand',
      );
  }

  toState(): HostState {
    const { draining, leftoverFolders, unclaimedProcesses } = this;
    return {
      draining,
      leftoverFolders,
      unclaimedProcesses,
      problem: this.problem,
      freeBytes: this.#freeBytes,
    };
  }
}

function mb(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
