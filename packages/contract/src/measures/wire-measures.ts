import type { MeasureRange, Measures } from '@renderdeck/domain';
import type { GetMeasuresOutput } from '../procedures/measures/get-measures.ts';

/** Measures in the form for all clients. */
export function wireMeasures(
  range: MeasureRange,
  { at, from, to, stepMs, waiting, ended, stops, hosts }: Measures & { readonly at: Date },
): GetMeasuresOutput {
  return {
    range,
    at: at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    stepMs,
    waiting: { ...waiting, steps: [...waiting.steps] },
    ended: { ...ended, steps: [...ended.steps] },
    stops: { ...stops, steps: [...stops.steps] },
    hosts: hosts.map((host) => ({ ...host, busyMsByStep: [...host.busyMsByStep] })),
  };
}
