import type { GetMeasuresOutput } from '@renderdeck/contract';
import { useMemo } from 'react';
import { Chart } from '../../../components/chart/chart.tsx';
import { Legend } from '../../../components/chart/legend.tsx';
import { DURATIONS, formatTick, type PlotSpec } from '../../../components/chart/plot-spec.ts';
import { formatNumber } from '../../../components/time/format-time.ts';
import { type Described, describeStops, describeWaiting } from './describe-measures.ts';
import { type Numbers, Panel } from './panel.tsx';
import { duration, rowsOf, stepName, timesOf } from './step-times.ts';

type Props = { readonly measures: GetMeasuresOutput };
type Percentiles = GetMeasuresOutput['waiting']['steps'][number];

const P95 = { label: '95 %', fill: 'hollow' } as const;
const HALF = { label: 'half', fill: 'running' } as const;

export function WaitingPanel({ measures }: Props) {
  const { waiting, stepMs } = measures;
  return (
    <TimesPanel
      title="Waiting time"
      measures={measures}
      described={describeWaiting(waiting)}
      steps={waiting.steps}
      caption="From submission to the first host, by the time of its claim"
      table={{
        head: ['From', 'Jobs', 'Half within', '95 % within'],
        rows: rowsOf(timesOf(measures, stepMs), waiting.steps, ({ count, medianMs, p95Ms }) => [
          formatNumber(count),
          duration(medianMs),
          duration(p95Ms),
        ]),
      }}
    />
  );
}

export function StopsPanel({ measures }: Props) {
  const { stops, stepMs } = measures;
  return (
    <TimesPanel
      title="Stop, from ask to proof"
      measures={measures}
      described={describeStops(stops)}
      caption="By the time of the request"
      steps={stops.steps.map(({ askToProof }) => askToProof)}
      table={{
        head: ['From', 'Stops', 'Not proven', 'Half within', '95 % within'],
        rows: rowsOf(timesOf(measures, stepMs), stops.steps, ({ asked, notProven, askToProof }) => [
          formatNumber(asked),
          formatNumber(notProven),
          duration(askToProof.medianMs),
          duration(askToProof.p95Ms),
        ]),
      }}
    />
  );
}

/** Bars of the time within which half and 95 % were done, for each step. */
function TimesPanel({
  title,
  measures,
  described: { sentence, isEnough },
  steps,
  caption,
  table,
}: {
  readonly title: string;
  readonly measures: GetMeasuresOutput;
  readonly described: Described;
  readonly steps: readonly Percentiles[];
  /** What is counted, and in which step. */
  readonly caption: string;
  readonly table: Numbers;
}) {
  const times = useMemo(() => timesOf(measures, measures.stepMs), [measures]);
  const key = JSON.stringify(steps);
  const plots = useMemo((): PlotSpec[] => {
    const known: readonly Percentiles[] = JSON.parse(key);
    const series = [
      { ...P95, values: known.map(({ p95Ms }) => p95Ms) },
      { ...HALF, values: known.map(({ medianMs }) => medianMs) },
    ];
    return [
      { title, kind: 'bars', series, height: 112, increments: DURATIONS, format: formatTick },
    ];
  }, [title, key]);
  const readAt = (index: number) => {
    const { count = 0, medianMs = null, p95Ms = null } = steps[index] ?? {};
    const name = stepName(times, index);
    return count === 0
      ? `${name}: none`
      : `${name}: ${formatNumber(count)}, half within ${duration(medianMs)}, ` +
          `95 % within ${duration(p95Ms)}`;
  };
  return (
    <Panel title={title} sentence={sentence} legend={<Legend of={[HALF, P95]} />} table={table}>
      {isEnough ? (
        <Chart
          name={title}
          times={times}
          plots={plots}
          readAt={readAt}
          captionOf={(_, index) => (index === null ? caption : readAt(index))}
        />
      ) : null}
    </Panel>
  );
}
