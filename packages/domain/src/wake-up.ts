/** About this many idle hosts try at once to claim a job that begins to wait. */
const AT_ONCE = 4;
/**
 * The next hosts wait twice this long, so the job can first be claimed and the claim be announced.
 */
const PACE_MS = 25;

/**
 * How long an idle host waits before it tries to claim a job that has begun to wait. `draw` is
 * random, from 0 to below 1; `idle` is about how many hosts have a free slot. About four of them
 * try at once, so a thousand idle hosts do not all ask the database for one job. If these four
 * cannot take the job, four times as many try after each doubling of the time: a thousand hosts
 * have all tried after 0.8 s.
 */
export function wakeUpDelayMs(draw: number, idle: number): number {
  const rank = draw * idle;
  return rank < AT_ONCE ? 0 : PACE_MS * Math.sqrt(rank);
}
