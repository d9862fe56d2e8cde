import type { FarmTotals, Times } from '@renderdeck/operations/extras';

/**
 * Upper bounds in ms for the histograms of stops. 10 ms fits a tree that ends by itself; 60 s fits
 * a slow disk.
 */
export const BOUNDS_MS = [10, 50, 100, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];

/** Writes what the database counts, in Prometheus' text format. */
export function writeFarmMetrics({ jobs, hosts, stops, sealed }: FarmTotals): string {
  const { open, ...byState } = jobs;
  return [
    writeGauge('renderdeck_jobs', 'Jobs by state.', {
      label: 'state',
      values: Object.entries(byState),
    }),
    writeGauge(
      'renderdeck_open_attempts',
      'Attempts that no longer hold their job and are not proven to have ended.',
      open,
    ),
    writeGauge('renderdeck_hosts', 'Render hosts by state.', { label: 'state', values: hosts }),
    writeGauge('renderdeck_cancels', 'Cancels by outcome.', {
      label: 'outcome',
      values: Object.entries(stops.outcomes),
    }),
    writeGauge('renderdeck_audit_chain_length', 'Audit lines that are sealed.', sealed),
    writeHistogram(
      'renderdeck_ask_to_proof_seconds',
      'From a cancel to the proof that no process of the job runs, by the clock of the database.',
      BOUNDS_MS,
      stops.askToProof,
    ),
    writeHistogram(
      'renderdeck_time_to_dead_seconds',
      'From the moment when the host began to end a render to its proof, by the clock of the host.',
      BOUNDS_MS,
      stops.timeToDead,
    ),
    writeHistogram(
      'renderdeck_time_to_clean_seconds',
      'From the first file removed to the last, by the clock of the host.',
      BOUNDS_MS,
      stops.timeToClean,
    ),
  ].join('');
}

/** Writes a gauge in Prometheus' text format: one number, or one for each value of a label. */
function writeGauge(
  name: string,
  help: string,
  value: number | { readonly label: string; readonly values: Iterable<readonly [string, number]> },
): string {
  const samples =
    typeof value === 'number'
      ? [`${name} ${value}`]
      : Array.from(value.values, ([text, count]) => `${name}{${value.label}="${text}"} ${count}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples, ''].join('\n');
}

/** Writes a histogram that the database counted, in Prometheus' text format and in seconds. */
function writeHistogram(
  name: string,
  help: string,
  boundsMs: readonly number[],
  { atMost, count, sumMs }: Times,
): string {
  const buckets = boundsMs.map(
    (bound, index) => `${name}_bucket{le="${bound / 1000}"} ${atMost[index] ?? 0}`,
  );
  const all = [
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sumMs / 1000}`,
    `${name}_count ${count}`,
  ];
  return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...buckets, ...all, ''].join('\n');
}
