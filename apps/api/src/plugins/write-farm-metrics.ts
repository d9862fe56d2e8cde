import { MOST_COUNTED, PROOF_LIMIT_MS } from '@renderdeck/contract';
import type { FarmTotals, Times } from '@renderdeck/operations/extras';

/**
 * Upper bounds in ms for the histograms of stops. 10 ms fits a tree that ends by itself; 60 s fits
 * a slow disk.
 */
export const BOUNDS_MS = [10, 50, 100, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];

/** Writes what the database counts, in Prometheus' text format. */
export function writeFarmMetrics({ jobs, oldestMs, hosts, ...others }: FarmTotals): string {
  const { stops, audit, messages } = others;
  const { open, ...byState } = jobs;
  return [
    writeGauge('renderdeck_jobs', 'Jobs by state.', {
      label: 'state',
      values: Object.entries(byState),
    }),
    writeGauge(
      'renderdeck_queue_oldest_seconds',
      'How long the job has waited that has waited longest; 0 if none waits.',
      (oldestMs ?? 0) / 1000,
    ),
    writeGauge(
      'renderdeck_open_attempts',
      'Attempts that no longer hold their job and are not proven to have ended.',
      open,
    ),
    writeHosts(hosts),
    writeStops(stops),
    writeGauge('renderdeck_audit_chain_length', 'Audit lines that are sealed.', audit.sealed),
    writeGauge(
      'renderdeck_audit_unsealed_lines',
      `Audit lines that are not sealed yet, at most ${MOST_COUNTED}.`,
      audit.unsealed.count,
    ),
    writeGauge(
      'renderdeck_audit_unsealed_seconds',
      'The age of the oldest audit line that is not sealed yet; 0 without any.',
      audit.unsealed.oldestMs / 1000,
    ),
    writeGauge(
      'renderdeck_webhook_messages',
      'Messages of webhooks and callbacks that wait, by whether a try has failed; at most ' +
        `${MOST_COUNTED} of each webhook.`,
      { label: 'state', values: Object.entries(messages) },
    ),
  ].join('');
}

function writeHosts({ states, problems, missing, leastFreeBytes }: FarmTotals['hosts']): string {
  return [
    writeGauge('renderdeck_hosts', 'Render hosts by state.', { label: 'state', values: states }),
    writeGauge(
      'renderdeck_host_problems',
      'Hosts that take no job because of a problem, by its kind; also while they render.',
      { label: 'kind', values: problems },
    ),
    writeGauge(
      'renderdeck_hosts_missing',
      'Hosts that are silent, and neither declared gone nor handed over.',
      missing,
    ),
    // Without a host there is no number: 0 would mean a full disk.
    leastFreeBytes === null
      ? ''
      : writeGauge(
          'renderdeck_hosts_least_free_bytes',
          'The least free space on the scratch disk of a host that is heard.',
          leastFreeBytes,
        ),
  ].join('');
}

function writeStops(stops: FarmTotals['stops']): string {
  return [
    writeGauge('renderdeck_cancels', 'Cancels by outcome.', {
      label: 'outcome',
      values: Object.entries(stops.outcomes),
    }),
    writeGauge(
      'renderdeck_stops_not_proven',
      `Stops that have no proof ${PROOF_LIMIT_MS / 1000} s after the request, and no admin has ` +
        'declared their hosts gone.',
      stops.late,
    ),
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
