/**
 * When the processes of an attempt had ended, by the database's clock: `deadMsAgo` before `at`, but
 * never before the attempt began. The host measures `deadMsAgo` by its own steady clock.
 */
export function endTime(at: Date, deadMsAgo: number, startedAt: Date): Date {
  const died = at.getTime() - Math.max(0, deadMsAgo);
  return new Date(Math.min(at.getTime(), Math.max(died, startedAt.getTime())));
}
