import type { FarmTotals } from '@renderdeck/operations';
import { writeGauge } from './write-gauge.ts';
import { writeHistogram } from './write-histogram.ts';

/** Bounds of the times of a stop: from a tree that ends by itself to a slow disk. */
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
      'Attempts that gave up their job and are not proven to have ended.',
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
      'From a cancel to the proof that nothing of it runs, by the clock of the database.',
      BOUNDS_MS,
      stops.askToProof,
    ),
    writeHistogram(
      'renderdeck_time_to_dead_seconds',
      'From when the host began to end a render to its proof, by the clock of the host.',
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
