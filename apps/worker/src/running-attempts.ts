import type { AttemptProgress, MovedByKind, Output, UsageSample } from '@renderdeck/domain';
import type { OwnedJob } from '@renderdeck/operations';
import type { Render } from '@renderdeck/render-host';
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
  /** Its tree, from the start to the proof that no process is left. */
  render: Render | null = null;
  /** How far its output is out, as this host knows it. */
  output: Output = 'none';
  /** Latest progress; the report loop saves it once a second. */
  progress: AttemptProgress = { phase: 'preparing', percent: 0, frame: null, totalFrames: null };
  /** What its render has moved so far. */
  moved: MovedByKind = {};
  /** Questions of its render that have no answer yet. */
  openQuestions = 0;
  /** Parts of outputs that may exist in output folders. */
  readonly parts = new Set<string>();
  /** Settles when every part and output so far is on record, or cannot be. */
  saved: Promise<unknown> = Promise.resolve();
  readonly #claimedAt = performance.now();
  #changed = true;
  #isPublishing = false;
  #isDraining = false;

  constructor(job: OwnedJob) {
    this.job = job;
  }

  /** Milliseconds since its claim. */
  get ageMs(): number {
    return performance.now() - this.#claimedAt;
  }

  setProgress(change: Partial<AttemptProgress>): void {
    this.progress = { ...this.progress, ...change };
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

  /** True from the first publish gate on, but not while it waits for another attempt's end. */
  setPublishing(isPublishing: boolean): void {
    this.#isPublishing = isPublishing;
    if (this.#isDraining && !isPublishing) this.end.trigger({ kind: 'shutDown' });
  }

  get isPublishing(): boolean {
    return this.#isPublishing;
  }

  /** The progress when it changed since the last call, else null. */
  takeProgress(): AttemptProgress | null {
    if (!this.#changed) return null;
    this.#changed = false;
    return this.progress;
  }
}

/** The attempts that this daemon runs. Each holds a slot from its claim until its report. */
export class RunningAttempts {
  readonly #byId = new Map<string, RunningAttempt>();
  readonly #emptied = new Set<() => void>();

  add(attempt: RunningAttempt): void {
    this.#byId.set(attempt.job.attemptId, attempt);
  }

  remove(attempt: RunningAttempt): void {
    this.#byId.delete(attempt.job.attemptId);
    if (this.#byId.size === 0) for (const resolve of this.#emptied) resolve();
  }

  get(attemptId: string): RunningAttempt | null {
    return this.#byId.get(attemptId) ?? null;
  }

  all(): RunningAttempt[] {
    return [...this.#byId.values()];
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
