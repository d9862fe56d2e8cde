import {
  type AttemptProgress,
  addMovedSample,
  type MovedByKind,
  type MovedSample,
  type Output,
  outputOf,
  type Publications,
  rateOf,
  type StepName,
  stepOfPhase,
  type TransferCount,
  type UsagePoint,
  type UsageSample,
  writeUsageRow,
} from '@renderdeck/domain';
import type { AskedStop, AttemptNews, HeldJob, OwnedJob } from '@renderdeck/operations';
import { nowMs, type Render } from '@renderdeck/render-host';
import { EndSignal } from './end-signal.ts';
import type { KnownOutput } from './known-output.ts';
import { LineBuffer } from './line-buffer.ts';
import type { Pending } from './parse-entry.ts';
import { UnsentNews } from './unsent-news.ts';

/** One attempt that this daemon runs. */
export class RunningAttempt {
  readonly job: OwnedJob;
  readonly end = new EndSignal();
  readonly lines = new LineBuffer();
  /** A second cancel aborts this: the grace period then ends at once. */
  readonly skipGrace = new AbortController();
  /** The usage of its tree in the last few minutes. */
  readonly usage: UsageSample[] = [];
  /** The usage of its tree since the start. */
  usageHistory: readonly UsagePoint[] = [];
  /** The process tree, from its start to the proof that no process is left. */
  render: Render | null = null;
  /** What the attempt has put out, or may have, as this host knows. */
  publications: Publications = [];
  /** What the last yes of the second gate allows; null when it is done. */
  pending: Pending | null = null;
  /** All that the attempt had to put out is out. */
  allPublished = false;
  /** The latest progress. The report loop saves it. */
  progress: AttemptProgress = { phase: 'preparing', percent: 0, frame: null, totalFrames: null };
  /** How much the render has moved so far. */
  moved: MovedByKind = {};
  /** What the render transfers now, and how much it had transferred at the last reports. */
  #transfer: TransferCount | null = null;
  #movedSamples: readonly MovedSample[] = [];
  /** The job as this daemon last changed it, so that the end of the attempt needs no read. */
  #held: HeldJob;
  /** The number of questions of the render that are not answered yet. */
  openQuestions = 0;
  /** Parts of outputs that may exist in output folders. */
  readonly parts = new Set<string>();
  /** What is out, in order, as far as facts of it are kept. */
  readonly outputs: KnownOutput[] = [];
  /** Settles when every part and output so far is on record, or cannot be recorded. */
  saved: Promise<unknown> = Promise.resolve();
  readonly #claimedAt = nowMs();
  readonly #steps: { readonly name: StepName; readonly startedAt: number }[] = [];
  /** What is new since the last report, besides the lines. */
  readonly news = new UnsentNews();
  #isPublishing = false;
  #isDraining = false;

  constructor(job: OwnedJob) {
    this.job = job;
    this.#held = job.held;
  }

  /** How much of the output is out, as this host knows. */
  get output(): Output {
    return outputOf(this.publications);
  }

  /** Stores what the attempt has put out. */
  setPutOut(change: Partial<Pick<RunningAttempt, 'publications' | 'pending' | 'allPublished'>>) {
    Object.assign(this, change);
  }

  /** The facts about the attempt for the report of its end. */
  get known(): { readonly jobId: string; readonly attemptId: string; readonly held: HeldJob } {
    const { jobId, attemptId } = this.job;
    return { jobId, attemptId, held: this.#held };
  }

  /** Stores the job after a change by this daemon. The answers may arrive in another order. */
  keepHeld(held: HeldJob): void {
    if (held.job.version > this.#held.job.version) this.#held = held;
  }

  /** Milliseconds since the claim. */
  get ageMs(): number {
    return nowMs() - this.#claimedAt;
  }

  setProgress(change: Partial<AttemptProgress>): void {
    this.progress = { ...this.progress, ...change };
    const step = stepOfPhase(this.progress.phase, this.#steps.at(-1)?.name ?? null);
    if (step !== null) this.#steps.push({ name: step, startedAt: nowMs() });
    this.news.changed('progress');
  }

  setTransfer(transfer: TransferCount | null): void {
    if (this.#transfer === null || transfer === null) this.#movedSamples = [];
    this.#transfer = transfer;
    if (transfer === null) this.setProgress({ transfer: undefined });
    else if (this.#movedSamples.length === 0) this.#sampleMoved(transfer);
  }

  /** Measures the rate of a transfer before a report. Its report is due even if nothing moved. */
  measureTransfer(): void {
    if (this.#transfer === null) return;
    this.#sampleMoved(this.#transfer);
    const { moved: _, ...transfer } = this.#transfer;
    this.setProgress({ transfer: { ...transfer, bytesPerSecond: rateOf(this.#movedSamples) } });
  }

  #sampleMoved({ moved }: TransferCount): void {
    this.#movedSamples = addMovedSample(this.#movedSamples, { atMs: nowMs(), moved });
  }

  /** Runs one save after the other, so that an earlier save never overwrites a later one. */
  saveInOrder<Result>(save: () => Promise<Result>): Promise<Result> {
    const saving = this.saved.then(save);
    this.saved = saving.catch(() => undefined);
    return saving;
  }

  /** The daemon shuts down: the attempt ends at once, or once it does not publish any more. */
  drain(): void {
    this.#isDraining = true;
    this.setPublishing(this.#isPublishing);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** True from the first publish gate on, but not while it waits for the end of another attempt. */
  setPublishing(isPublishing: boolean): void {
    this.#isPublishing = isPublishing;
    if (this.#isDraining && !isPublishing) this.end.trigger({ kind: 'shutDown' });
  }

  get isPublishing(): boolean {
    return this.#isPublishing;
  }

  /** The steps that have begun, and how long ago each one began. */
  steps(): { readonly name: StepName; readonly msAgo: number }[] {
    const now = nowMs();
    return this.#steps.map(({ name, startedAt }) => ({ name, msAgo: now - startedAt }));
  }

  /** What is new since the last call, and the lines that are not on record; null if nothing is. */
  takeNews(): AttemptNews | null {
    const parts = this.news.take();
    const chunks = this.lines.take();
    if (parts.size === 0 && chunks.length === 0) return null;
    const { tree } = this.news;
    return {
      attemptId: this.job.attemptId,
      ...(parts.has('progress') ? { progress: this.progress, steps: this.steps() } : {}),
      ...(parts.has('usage') ? { usage: this.usage } : {}),
      ...(parts.has('history') ? { history: this.usageHistory.map(writeUsageRow) } : {}),
      ...(parts.has('tree') && tree !== null ? { tree } : {}),
      ...(chunks.length === 0 ? {} : { chunks }),
    };
  }
}

/**
 * The attempts that this daemon runs. Each attempt holds a slot from its claim until its report,
 * unless it passes the slot on: its end may claim the next job for that slot.
 */
export class RunningAttempts {
  readonly #byId = new Map<string, RunningAttempt>();
  readonly #passedOn = new Set<RunningAttempt>();
  readonly #emptied = new Set<() => void>();

  add(attempt: RunningAttempt): void {
    this.#byId.set(attempt.job.attemptId, attempt);
  }

  /** Gives the slot of an attempt to the next attempt. */
  passOn(attempt: RunningAttempt, next: RunningAttempt): void {
    this.#passedOn.add(attempt);
    this.add(next);
  }

  remove(attempt: RunningAttempt): void {
    this.#byId.delete(attempt.job.attemptId);
    this.#passedOn.delete(attempt);
    if (this.#byId.size === 0) for (const resolve of this.#emptied) resolve();
  }

  get(attemptId: string): RunningAttempt | null {
    return this.#byId.get(attemptId) ?? null;
  }

  /** An admin cancelled the job of this attempt; after a repeat, its grace period ends at once. */
  stop(attemptId: string, { isRepeated, ...asked }: AskedStop): void {
    const attempt = this.#byId.get(attemptId);
    if (isRepeated) attempt?.skipGrace.abort();
    attempt?.end.trigger({ kind: 'stopRequested', ...asked });
  }

  all(): RunningAttempt[] {
    return [...this.#byId.values()];
  }

  busySlots(): number {
    return this.#byId.size - this.#passedOn.size;
  }

  ids(): string[] {
    return [...this.#byId.keys()];
  }

  /** Resolves when no attempt is left. */
  whenEmpty(): Promise<void> {
    if (this.#byId.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#emptied.add(resolve);
    });
  }
}
