import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostProblem } from '@renderdeck/domain';
import { findOpenTreeMarkers, type HostState } from '@renderdeck/operations';
import {
  describeRenderer,
  explainNoProof,
  explainReach,
  findSilentFolder,
  findUnclaimed,
  freeBytes,
  listLoaded,
} from '@renderdeck/render-host';
import type { WorkerConfig } from '../config.ts';
import { errorMessage } from '../error-message.ts';
import type { Worker } from '../worker.ts';
import type { HostChecker } from './host-checker.ts';

const DISK_WITHIN_MS = 5000;

/** The mark of every process that this host's worker starts. */
export function ownerTag(name: string): string {
  return `renderdeck:${name}`;
}

/** Whether this host can render. The loops write it. The lease loop and every claim read it. */
export class HostHealth {
  /** This worker shuts down. */
  ending = false;
  /** An admin drained this host, by the latest renewal. The database gives it no job either. */
  isDrained = false;
  leftoverFolders = 0;
  unclaimedProcesses = 0;
  /** Renders of an earlier daemon that could not be ended. While there are any, no job is taken. */
  stuckOrphans = 0;
  /** Why the journal is unsent, if that lasts. While it is unsent, no claim gets a job. */
  journalProblem: string | null = null;
  #freeBytes: number | null = null;
  #diskProblem: string | null = null;
  #rendererProblem: string | null = null;
  #reachProblem: string | null = null;
  #rootsProblem: string | null = null;
  #proofProblem: string | null = null;
  readonly #reach = new ReachCheck();
  #checking: Promise<void> | null = null;
  /** The running measurement of the free space. */
  #measuring: Promise<number> | null = null;
  readonly #permanentProblem: string | null;
  readonly #hostChecker: Pick<HostChecker, 'problem'>;

  /**
   * `permanentProblem`: why this host can never take a job; null when it can. `hostChecker`: knows
   * from renders and checks why this host cannot render.
   */
  constructor(permanentProblem: string | null, hostChecker: Pick<HostChecker, 'problem'>) {
    this.#permanentProblem = permanentProblem;
    this.#hostChecker = hostChecker;
  }

  /** Whether this host takes jobs now, as far as this worker knows. */
  get takesJobs(): boolean {
    return !this.ending && !this.isDrained && this.problem === null;
  }

  /** Why this host cannot take a job now, as a sentence; null if it can. */
  get problem(): string | null {
    return this.#findProblem()?.sentence ?? null;
  }

  /** The problem that is told if there are several. */
  #findProblem(): { readonly kind: HostProblem; readonly sentence: string } | null {
    const stuck =
      `${this.stuckOrphans} renders of an earlier worker could not be ended; ` +
      'they are tried again every minute. No job is taken.';
    const problems: readonly (readonly [HostProblem, string | null])[] = [
      ['renderer', this.#permanentProblem],
      ['earlierRenders', this.stuckOrphans > 0 ? stuck : null],
      ['journal', this.journalProblem],
      ['proof', this.#proofProblem],
      ['disk', this.#diskProblem],
      ['renderer', this.#rendererProblem],
      ['reach', this.#reachProblem],
      ['folder', this.#rootsProblem],
      ['renders', this.#hostChecker.problem],
    ];
    for (const [kind, sentence] of problems) if (sentence !== null) return { kind, sentence };
    return null;
  }

  /**
   * Checks aerender, the disk, the folders that jobs may use, the places that the render user can
   * reach, and whether a stop could be proven. If one of these fails, no job is taken. A job waits
   * for the check, so the parts run at the same time. A part that does not answer in time is a
   * problem. A call while a check runs waits for that check.
   */
  check(worker: Worker): Promise<void> {
    this.#checking ??= this.#checkAll(worker).finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #checkAll(worker: Worker): Promise<void> {
    // Each problem is stored when it is known, because another part may wait long for a share.
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

  /** Is called when a check finds too little space, and the check before it found enough. */
  onDiskLow: () => void = () => undefined;

  /** Whether the last check found too little space. */
  get isDiskLow(): boolean {
    return this.#diskProblem !== null;
  }

  /** Checks the disk. Returns the free bytes; null when the scratch root cannot be used. */
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
    const wasLow = this.isDiskLow;
    this.#diskProblem = free < config.minFreeBytes ? low : null;
    if (this.isDiskLow && !wasLow) this.onDiskLow();
    return free;
  }

  /** A measurement that hangs uses one of the few threads of this process, so only one runs. */
  async #measureDisk(scratchRoot: string): Promise<number> {
    this.#measuring ??= freeBytes(scratchRoot).finally(() => {
      this.#measuring = null;
    });
    const free = await Promise.race([this.#measuring, delay(DISK_WITHIN_MS, null, { ref: false })]);
    if (free !== null) return free;
    const seconds = DISK_WITHIN_MS / 1000;
    throw new Error(`The scratch root ${scratchRoot} did not answer within ${seconds} s.`);
  }

  /** Counts processes that may belong to renders but to no attempt. They get no signal. */
  async findUnclaimedProcesses(worker: MarkedBy): Promise<void> {
    const first = await findUnclaimedNow(worker);
    // A check of this host may have begun after the known marks were read and before the scan.
    const unclaimed = first.length === 0 ? first : await findUnclaimedNow(worker);
    this.unclaimedProcesses = unclaimed.length;
    if (unclaimed.length > 0)
      worker.log.error(
        { unclaimed },
        'processes belong to no known attempt; look, and end them by hand',
      );
  }

  toState(): HostState {
    const { ending: draining, leftoverFolders, unclaimedProcesses } = this;
    const { kind: problemKind = null, sentence: problem = null } = this.#findProblem() ?? {};
    const found = { problem, problemKind, freeBytes: this.#freeBytes };
    return { draining, leftoverFolders, unclaimedProcesses, ...found };
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

/** This check starts a program, so its good result counts for a while. A bad result does not. */
const GOOD_FOR_MS = 30_000;

/** Checks whether the render user can reach the places that a render needs on this host. */
class ReachCheck {
  #goodUntilMs = 0;

  /** Why no render can run as that user, in a few sentences; null when it can. */
  async explain(
    { config, renderUser }: Pick<Worker, 'config' | 'renderUser'>,
    aerender: string | null,
  ): Promise<string | null> {
    if (renderUser === null || performance.now() < this.#goodUntilMs) return null;
    const places = { ...config, aerender, loaderCache: tmpdir(), loaded: listLoaded(config) };
    const why = await explainReach(renderUser, places);
    if (why.length > 0) return `${why.join(' ')} No job is taken.`;
    this.#goodUntilMs = performance.now() + GOOD_FOR_MS;
    return null;
  }
}

const ANSWERS_WITHIN_MS = 3000;

/**
 * Why no job is taken: a folder that jobs may use does not answer, because its share is gone. A job
 * that names this folder would hold a slot until its stall limit, and checking such a job would
 * block this daemon.
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
