const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1000;

/**
 * When the parts of each attempt are tried again, by a steady clock. A folder that is gone for good
 * is not asked at every sweep: the pause doubles from five seconds to a day.
 */
export class PartsSchedule {
  readonly #byAttempt = new Map<string, { pauseMs: number; dueAt: number }>();

  isDue(attemptId: string, now: number): boolean {
    return now >= (this.#byAttempt.get(attemptId)?.dueAt ?? now);
  }

  /** After a try that left something. Gives the pause until the next one. */
  postpone(attemptId: string, now: number): number {
    const before = this.#byAttempt.get(attemptId)?.pauseMs ?? FIRST_PAUSE_MS / 2;
    const pauseMs = Math.min(2 * before, LONGEST_PAUSE_MS);
    this.#byAttempt.set(attemptId, { pauseMs, dueAt: now + pauseMs });
    return pauseMs;
  }

  /** Forgets every attempt but these. */
  keep(attemptIds: ReadonlySet<string>): void {
    for (const id of this.#byAttempt.keys()) if (!attemptIds.has(id)) this.#byAttempt.delete(id);
  }
}
