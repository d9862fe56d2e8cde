const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1000;

/**
 * Decides, by a steady clock, when the parts of each attempt are tried again. A folder may be gone
 * for good, so the pause doubles from five seconds up to a day.
 */
export class PartsSchedule {
  readonly #byAttempt = new Map<string, { pauseMs: number; dueAt: number }>();

  isDue(attemptId: string, now: number): boolean {
    return now >= (this.#byAttempt.get(attemptId)?.dueAt ?? now);
  }

  /** Call this after a try that left a part. Returns the pause until the next try. */
  postpone(attemptId: string, now: number): number {
    const before = this.#byAttempt.get(attemptId)?.pauseMs ?? FIRST_PAUSE_MS / 2;
    const pauseMs = Math.min(2 * before, LONGEST_PAUSE_MS);
    this.#byAttempt.set(attemptId, { pauseMs, dueAt: now + pauseMs });
    return pauseMs;
  }

  /** Forgets all other attempts. */
  keep(attemptIds: ReadonlySet<string>): void {
    for (const id of this.#byAttempt.keys()) if (!attemptIds.has(id)) this.#byAttempt.delete(id);
  }
}
