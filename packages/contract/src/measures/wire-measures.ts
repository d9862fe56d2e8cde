import type { FailureReason, MeasureRange, Measures, QueueSeries } from '@renderdeck/domain';
import type { GetMeasuresOutput } from '../procedures/measures/get-measures.ts';

type FarmMeasures = Measures & {
  readonly at: Date;
  readonly queue: QueueSeries;
  readonly reasons: readonly FailureReason[];
};

/** Measures in the form for all clients. */
export function wireMeasures(range: MeasureRange, measures: FarmMeasures): GetMeasuresOutput {
  const { at, from, to, waiting, queue, ended, reasons, stops, hosts } = measures;
  return {
    ...measures,
    range,
    at: at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    waiting: { ...waiting, steps: [...waiting.steps] },
    queue: { ...queue, steps: [...queue.steps] },
    ended: { ...ended, steps: [...ended.steps] },
    reasons: reasons.map((reason) => ({ ...reason, hosts: [...reason.hosts] })),
    stops: { ...stops, steps: [...stops.steps] },
    hosts: hosts.map((host) => ({
      ...host,
      busyMsByStep: [...host.busyMsByStep],
      onMsByStep: [...host.onMsByStep],
    })),
  };
}
