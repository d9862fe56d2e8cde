import type { GetMeasuresOutput } from '@renderdeck/contract';
import { useMemo } from 'react';
import { Chart } from '../../../components/chart/chart.tsx';
import { Legend } from '../../../components/chart/legend.tsx';
import { COUNTS, type PlotSpec } from '../../../components/chart/plot-spec.ts';
import { formatNumber } from '../../../components/time/format-time.ts';
import { describeEnded, END_KINDS } from './describe-measures.ts';
import { Panel } from './panel.tsx';
import { rowsOf, stepName, timesOf } from './step-times.ts';

const [FINISHED, ...OTHERS] = END_KINDS;

/** Ends by step: the finished ones, and all others on a scale of their own. */
export function EndsPanel({ measures }: { readonly measures: GetMeasuresOutput }) {
  const { ended, stepMs } = measures;
  const title = stepMs > 3_600_000 ? 'Ends by day' : 'Ends by hour';
  const { sentence, isEnough } = describeEnded(ended);
  const times = useMemo(() => timesOf(measures, stepMs), [measures, stepMs]);
  const plots = useMemo((): PlotSpec[] => {
    const shared = { kind: 'stack', increments: COUNTS, format: formatNumber } as const;
    const of = (kinds: readonly (typeof END_KINDS)[number][]) =>
      kinds.map(({ label, fill, countOf }) => ({ label, fill, values: ended.steps.map(countOf) }));
    return [
      { ...shared, title: 'Finished', series: of([FINISHED]), height: 88, hasTimes: false },
      { ...shared, title: 'Other ends', series: of(OTHERS), height: 96 },
    ];
  }, [ended]);
  const readAt = (index: number) => `${stepName(times, index)}: ${countsOf(measures, index)}`;
  return (
    <Panel
      title={title}
      sentence={sentence}
      legend={<Legend of={END_KINDS} />}
      table={{
        head: ['From', ...END_KINDS.map(({ label }) => label)],
        rows: rowsOf(times, ended.steps, (step) =>
          END_KINDS.map(({ countOf }) => formatNumber(countOf(step))),
        ),
      }}
    >
      {isEnough ? (
        <Chart
          name={title}
          times={times}
          plots={plots}
          readAt={readAt}
          captionOf={(plot, index) => {
            if (index !== null) return plot === 0 ? readAt(index) : 'Other ends, larger scale';
            return plot === 0 ? 'Finished' : 'Other ends, larger scale';
          }}
        />
      ) : null}
    </Panel>
  );
}

/** "24 finished, 3 failed". */
function countsOf({ ended }: GetMeasuresOutput, index: number): string {
  const step = ended.steps[index];
  const counts = END_KINDS.map(({ label, countOf }) => ({
    label: label.toLowerCase(),
    count: step === undefined ? 0 : countOf(step),
  })).filter(({ count }) => count > 0);
  if (counts.length === 0) return 'nothing ended';
  return counts.map(({ label, count }) => `${formatNumber(count)} ${label}`).join(', ');
}
