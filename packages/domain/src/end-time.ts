/**
 * When the processes of an attempt were dead, by the database's clock: so long before `at` as its
 * host says by its own steady clock, but never before the attempt began.
 */
export function endTime(at: Date, deadMsAgo: number, startedAt: Date): Date {
  const died = at.getTime() - Math.max(0, deadMsAgo);
  return new Date(Math.min(at.getTime(), Math.max(died, startedAt.getTime())));
}
