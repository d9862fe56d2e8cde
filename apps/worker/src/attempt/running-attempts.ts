import {
  type AttemptProgress,
  type MovedByKind,
  type Output,
  type StepName,
  stepOfPhase,
  type UsagePoint,
  type UsageSample,
} from '@renderdeck/domain';
import type { HeldJob, OwnedJob } from '@renderdeck/operations';
import { nowMs, type Render } from '@renderdeck/render-host';
import { EndSignal } from './end-signal.ts';
import { LineBuffer } from './line-buffer.ts';

/** One attempt that this daemon runs. */
export class RunningAttempt {
  readonly job: OwnedJob;
  readonly end = new EndSignal();
  readonly lines = new LineBuffer();
  /** Aborted by a second cancel: it ends the grace period at once. */
  readonly skipGrace = new AbortController();
  /** What its tree used in the latest few minutes. */
  readonly usage: UsageSample[] = [];
  /** What it used since its start. */
  usageHistory: readonly UsagePoint[] = [];
  /** Its tree, from the start to the proof that no process is left. */
  render: Render | null = null;
  /** How far its output is out, as this host knows it. */
  output: Output = 'none';
  /** Latest progress; the report loop saves it once a second. */
  progress: AttemptProgress = { phase: 'preparing', percent: 0, frame: null, totalFrames: null };
  /** What its render has moved so far. */
  moved: MovedByKind = {};
  /** The job as this daemon left it last, so that its end needs no read. */
  #held: HeldJob;
  /** Questions of its render that have no answer yet. */
  openQuestions = 0;
  /** Parts of outputs that may exist in output folders. */
  readonly parts = new Set<string>();
  /** Settles when every part and output so far is on record, or cannot be. */
  saved: Promise<unknown> = Promise.resolve();
  readonly #claimedAt = nowMs();
  readonly #steps: { readonly name: StepName; readonly startedAt: number }[] = [];
  #changed = true;
  #isPublishing = false;
  #isDraining = false;

  constructor(job: OwnedJob) {
    this.job = job;
    this.#held = job.held;
  }

  /** The attempt, for the report of its end. */
  get known(): { readonly jobId: string; readonly attemptId: string; readonly held: HeldJob } {
    const { jobId, attemptId } = this.job;
    return { jobId, attemptId, held: this.#held };
  }

  /** The job after a change by this daemon. Answers may come in another order than the changes. */
  keepHeld(held: HeldJob): void {
    if (held.job.version > this.#held.job.version) this.#held = held;
  }

  /** Milliseconds since its claim. */
  get ageMs(): number {
    return nowMs() - this.#claimedAt;
  }

  setProgress(change: Partial<AttemptProgress>): void {
    this.progress = { ...this.progress, ...change };
    const step = stepOfPhase(this.progress.phase, this.#steps.at(-1)?.name ?? null);
    if (step !== null) this.#steps.push({ name: step, startedAt: nowMs() });
    this.#changed = true;
  }

  /** Runs one save after the other, so that an earlier one never overwrites a later one. */
  saveInOrder<Result>(save: () => Promise<Result>): Promise<Result> {
    const saving = this.saved.then(save);
    this.saved = saving.catch(() => undefined);
    return saving;
  }

  /** The daemon ends: the attempt ends at once, or when it does not publish any more. */
  drain(): void {
    this.#isDraining = true;
    this.setPublishing(this.#isPublishing);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** True from the first publish gate on, but not while it waits for another attempt's end. */
  setPublishing(isPublishing: boolean): void {
    this.#isPublishing = isPublishing;
    if (this.#isDraining && !isPublishing) this.end.trigger({ kind: 'shutDown' });
  }

  get isPublishing(): boolean {
    return this.#isPublishing;
  }

  /** The steps that it has begun, and how long ago. */
  steps(): { readonly name: StepName; readonly msAgo: number }[] {
    const now = nowMs();
    return this.#steps.map(({ name, startedAt }) => ({ name, msAgo: now - startedAt }));
  }

  /** The progress when it changed since the last call, else null. */
  takeProgress(): AttemptProgress | null {
    if (!this.#changed) return null;
    this.#changed = false;
    return this.progress;
  }
}

/**
 * The attempts that this daemon runs. Each holds a slot from its claim until its report, or until
 * it is passed on: the end of an attempt may claim the next job for the same slot.
 */
export class RunningAttempts {
  readonly #byId = new Map<string, RunningAttempt>();
  readonly #passedOn = new Set<RunningAttempt>();
  readonly #emptied = new Set<() => void>();

  add(attempt: RunningAttempt): void {
    this.#byId.set(attempt.job.attemptId, attempt);
  }

  /** Gives the slot of an attempt to the next one. */
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

  all(): RunningAttempt[] {
    return [...this.#byId.values()];
  }

  busySlots(): number {
    return this.#byId.size - this.#passedOn.size;
  }

  ids(): string[] {
    return [...this.#byId.keys()];
  }

  /** Resolves when none is left. */
  whenEmpty(): Promise<void> {
    if (this.#byId.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#emptied.add(resolve);
    });
  }
}
