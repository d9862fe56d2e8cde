import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { findOpenTreeMarkers, type HostState } from '@renderdeck/operations';
import {
  describeRenderer,
  explainNoProof,
  explainReach,
  findSilentFolder,
  findUnclaimed,
  freeBytes,
} from '@renderdeck/render-host';
import type { WorkerConfig } from '../config.ts';
import { errorMessage } from '../error-message.ts';
import type { Worker } from '../worker.ts';
import type { SelfCheck } from './self-check.ts';

const DISK_WITHIN_MS = 5000;

/** The mark on every process that this host's worker starts. */
export function ownerTag(name: string): string {
  return `renderdeck:${name}`;
}

/** Whether this host can render. The loops write it; the lease loop and every claim read it. */
export class HostHealth {
  draining = false;
  leftoverFolders = 0;
  unclaimedProcesses = 0;
  /** Renders of an earlier daemon that could not be ended. While there are any, no job is taken. */
  stuckOrphans = 0;
  #freeBytes: number | null = null;
  #diskProblem: string | null = null;
  #rendererProblem: string | null = null;
  #reachProblem: string | null = null;
  #rootsProblem: string | null = null;
  #proofProblem: string | null = null;
  readonly #reach = new ReachCheck();
  #checking: Promise<void> | null = null;
  /** The question for the free space that has no answer yet. */
  #measuring: Promise<number> | null = null;
  readonly #permanentProblem: string | null;
  readonly #selfCheck: Pick<SelfCheck, 'problem'>;

  /**
   * `permanentProblem`: why this host can never take a job; null when it can. `selfCheck`: why its
   * renders or its check of itself say that it cannot.
   */
  constructor(permanentProblem: string | null, selfCheck: Pick<SelfCheck, 'problem'>) {
    this.#permanentProblem = permanentProblem;
    this.#selfCheck = selfCheck;
  }

  /** Why no job is taken now, as a sentence; null when jobs are taken. */
  get problem(): string | null {
    if (this.#permanentProblem !== null) return this.#permanentProblem;
    if (this.stuckOrphans > 0)
      return (
        `${this.stuckOrphans} renders of an earlier worker could not be ended; ` +
        'they are tried again every minute. No job is taken.'
      );
    const found =
      this.#proofProblem ?? this.#diskProblem ?? this.#rendererProblem ?? this.#reachProblem;
    return found ?? this.#rootsProblem ?? this.#selfCheck.problem;
  }

  /**
   * Checks aerender, the disk, the folders that jobs may use, what the render user can reach, and
   * whether a stop could be proven. Without one of them no job is taken. A job waits for it, so the
   * parts go side by side. What does not answer in time is a problem; a call joins a check that
   * runs.
   */
  check(worker: Worker): Promise<void> {
    this.#checking ??= this.#checkAll(worker).finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #checkAll(worker: Worker): Promise<void> {
    // Each problem is told when it is known: another part may wait for a share until its limit.
    await Promise.all([
      this.#checkRenderer(worker),
      this.#checkRoots(worker),
      this.#checkProof(),
      this.checkDisk(worker),
    ]);
  }

  async #checkRoots({ config }: Worker): Promise<void> {
    this.#rootsProblem = await checkRoots(config);
  }

  async #checkProof(): Promise<void> {
    const noProof = await explainNoProof();
    this.#proofProblem = noProof === null ? null : `${noProof} No job is taken.`;
  }

  async #checkRenderer(worker: Worker): Promise<void> {
    const { config, renderUser } = worker;
    const { path, problem } = await describeRenderer(config.aerender, renderUser);
    this.#rendererProblem = problem;
    this.#reachProblem = await this.#reach.explain(worker, path);
  }

  /** Checks the disk. Gives the free bytes; null where the scratch root cannot be used. */
  async checkDisk({ config }: Pick<Worker, 'config'>): Promise<number | null> {
    try {
      this.#freeBytes = await this.#measureDisk(config.scratchRoot);
    } catch (error) {
      this.#freeBytes = null;
      this.#diskProblem = `${errorMessage(error)} Nothing can be rendered here; no job is taken.`;
      return null;
    }
    const free = this.#freeBytes;
    const low =
      `Only ${mb(free)} MB are free on the disk of ${config.scratchRoot}, ` +
      `less than RENDERDECK_MIN_FREE_MB=${mb(config.minFreeBytes)}; no job is taken.`;
    this.#diskProblem = free < config.minFreeBytes ? low : null;
    return free;
  }

  /** A question that hangs holds one of the few threads of this process, so there is only one. */
  async #measureDisk(scratchRoot: string): Promise<number> {
    this.#measuring ??= freeBytes(scratchRoot).finally(() => {
      this.#measuring = null;
    });
    const free = await Promise.race([this.#measuring, delay(DISK_WITHIN_MS, null, { ref: false })]);
    if (free !== null) return free;
    const seconds = DISK_WITHIN_MS / 1000;
    throw new Error(`The scratch root ${scratchRoot} did not answer within ${seconds} s.`);
  }

  /** Counts processes that may be of renders but belong to no attempt. They are not signalled. */
  async findUnclaimedProcesses(worker: MarkedBy): Promise<void> {
    const first = await findUnclaimedNow(worker);
    // A check of this host may have begun between the question whose marks are known and the scan.
    const unclaimed = first.length === 0 ? first : await findUnclaimedNow(worker);
    this.unclaimedProcesses = unclaimed.length;
    if (unclaimed.length > 0)
      worker.log.error(
        { unclaimed },
        'processes belong to no known attempt; look, and end them by hand',
      );
  }

  toState(): HostState {
    const { draining, leftoverFolders, unclaimedProcesses, problem } = this;
    return { draining, leftoverFolders, unclaimedProcesses, problem, freeBytes: this.#freeBytes };
  }
}

type MarkedBy = Pick<Worker, 'config' | 'context' | 'log' | 'attempts'> & {
  readonly checkTrees: Pick<Worker['checkTrees'], 'treeMarker'>;
};

async function findUnclaimedNow({ config, context, attempts, checkTrees }: MarkedBy) {
  const { db, host, identity } = context;
  const known = new Set(await findOpenTreeMarkers(db, { host, hostId: identity.hostId }));
  // An attempt may have been claimed after that query.
  for (const { job } of attempts.all()) known.add(job.treeMarker);
  const { treeMarker } = checkTrees;
  if (treeMarker !== null) known.add(treeMarker);
  return await findUnclaimed(ownerTag(config.name), known);
}

function mb(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}

/** It starts a program, so a good answer counts for a while. A bad one is asked again at once. */
const GOOD_FOR_MS = 30_000;

/** Checks whether the render user can reach what a render needs on this host. */
class ReachCheck {
  #goodUntilMs = 0;

  /** Why no render can run as that user, in a few sentences; null where it can. */
  async explain(
    { config, renderUser }: Pick<Worker, 'config' | 'renderUser'>,
    aerender: string | null,
  ): Promise<string | null> {
    if (renderUser === null || performance.now() < this.#goodUntilMs) return null;
    const why = await explainReach(renderUser, { ...config, aerender, loaderCache: tmpdir() });
    if (why.length > 0) return `${why.join(' ')} No job is taken.`;
    this.#goodUntilMs = performance.now() + GOOD_FOR_MS;
    return null;
  }
}

const ANSWERS_WITHIN_MS = 3000;

/**
 * Why no job is taken: a folder that jobs may use does not answer, because its share is gone. Every
 * job that names it would hold a slot until its stall limit, and its check would stop this daemon.
 */
async function checkRoots({
  assetRoots,
  outputRoots,
}: Pick<WorkerConfig, 'assetRoots' | 'outputRoots'>): Promise<string | null> {
  const silent = await findSilentFolder([...assetRoots, ...outputRoots], ANSWERS_WITHIN_MS);
  if (silent === null) return null;
  const variable = assetRoots.includes(silent)
    ? 'RENDERDECK_ASSET_ROOTS'
    : 'RENDERDECK_OUTPUT_ROOTS';
  return `The folder ${silent} of ${variable} does not answer; no job is taken.`;
}
