import type { MeasuredRow } from './measured-row.ts';

export type HostUse = {
  readonly host: string;
  /** Null if no host has this name now. */
  readonly slots: number | null;
  readonly busyMs: number;
  /** The part of the time that the host was on; null if no host has this name now. */
  readonly onMs: number | null;
  /** How much of the time of all its slots, while it was on, the host rendered, from 0 to 1. */
  readonly use: number | null;
  readonly busyMsByStep: readonly number[];
  /** Null: no samples were taken in this step, so it is not known. */
  readonly onMsByStep: readonly (number | null)[];
};

/** The rows of one step, and how much of the step is over. */
export type UseStep = { readonly rows: readonly MeasuredRow[]; readonly elapsedMs: number };

/**
 * The use of each host. While no samples were taken, a host counts as on as long as in the samples
 * of the same step, and as always on if the step has none. A host that rendered was on.
 */
export function measureHostUse(
  steps: readonly UseStep[],
  slotsByHost: ReadonlyMap<string, number>,
): HostUse[] {
  const sums = steps.map(({ rows, elapsedMs }) => ({ elapsedMs, ...sumsOf(rows) }));
  const names = new Set(slotsByHost.keys());
  for (const { busyMs } of sums) for (const host of busyMs.keys()) names.add(host);
  return [...names].sort().map((host) => {
    const slots = slotsByHost.get(host) ?? null;
    const used = sums.map((step) => {
      const busyMs = step.busyMs.get(host) ?? 0;
      if (step.watchedMs === 0) return { busyMs, onMs: null, countedMs: step.elapsedMs };
      const seen = Math.min(1, (step.onMs.get(host) ?? 0) / step.watchedMs) * step.elapsedMs;
      const onMs = Math.round(Math.max(seen, busyMs / (slots ?? 1)));
      return { busyMs, onMs, countedMs: onMs };
    });
    const busyMs = used.reduce((sum, step) => sum + step.busyMs, 0);
    const onMs = used.reduce((sum, step) => sum + step.countedMs, 0);
    const use = slots === null ? null : onMs === 0 ? 0 : Math.min(1, busyMs / (slots * onMs));
    return {
      host,
      slots,
      busyMs,
      onMs: slots === null ? null : onMs,
      use,
      busyMsByStep: used.map((step) => step.busyMs),
      onMsByStep: used.map((step) => step.onMs),
    };
  });
}

function sumsOf(rows: readonly MeasuredRow[]) {
  const busyMs = new Map<string, number>();
  const onMs = new Map<string, number>();
  let watchedMs = 0;
  for (const { name, part, sumMs } of rows) {
    if (name === 'watched') watchedMs += sumMs;
    const sums = name === 'busy' ? busyMs : name === 'on' ? onMs : null;
    sums?.set(part, (sums.get(part) ?? 0) + sumMs);
  }
  return { busyMs, onMs, watchedMs };
}
