import type { Times } from '@renderdeck/operations';

/** Writes a histogram that the database counted, in Prometheus' text format and in seconds. */
export function writeHistogram(
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
