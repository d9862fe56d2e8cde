/** So many idle hosts try at once to claim a job that begins to wait. */
const AT_ONCE = 4;
/** The first of the others waits twice this long: until the job is claimed and all are told. */
const PACE_MS = 25;

/**
 * How long an idle host waits, after a job began to wait, before it tries to claim it. `draw` is
 * random, from 0 to below 1; `idle` is about how many hosts have a free slot. About four of these
 * try at once, so a thousand idle hosts do not all ask the database for one job. Where the four
 * cannot take it, each doubling of the time lets four times as many try: of a thousand, all in
 * 0.8 s.
 */
export function wakeUpDelayMs(draw: number, idle: number): number {
  const rank = draw * idle;
  return rank < AT_ONCE ? 0 : PACE_MS * Math.sqrt(rank);
}
