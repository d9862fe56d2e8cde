import type { GetMeasuresOutput } from '@renderdeck/contract';
import { useMemo } from 'react';
import { Chart } from '../../../components/chart/chart.tsx';
import {
  COUNTS,
  DURATIONS,
  formatTick,
  type PlotSpec,
} from '../../../components/chart/plot-spec.ts';
import { formatDuration, formatNumber } from '../../../components/time/format-time.ts';
import { describeQueue } from './describe-measures.ts';
import { Panel } from './panel.tsx';
import { dayHour, NONE, rowsOf, timesOf } from './step-times.ts';

const WAITING = 'Jobs that wait';
const OLDEST = 'Age of the oldest that waits';

/** How long the queue was, and how long its oldest job had waited. */
export function QueuePanel({ measures }: { readonly measures: GetMeasuresOutput }) {
  const { queue } = measures;
  const times = useMemo(() => timesOf(measures, queue.stepMs), [measures, queue.stepMs]);
  const plots = useMemo((): PlotSpec[] => {
    const line = (
      label: string,
      fill: 'running' | 'stopped',
      of: (step: (typeof queue.steps)[number]) => number | null,
    ) => [{ label, fill, values: queue.steps.map(of) }];
    // While nothing waits, nothing is old.
    const ageOf = ({ waiting, oldestMs }: (typeof queue.steps)[number]) =>
      waiting === 0 ? 0 : oldestMs;
    return [
      {
        ...{ title: WAITING, kind: 'lines', height: 88, hasTimes: false },
        ...{ increments: COUNTS, format: formatNumber },
        series: line(WAITING, 'running', ({ waiting }) => waiting),
      },
      {
        ...{ title: OLDEST, kind: 'lines', height: 96 },
        ...{ increments: DURATIONS, format: formatTick },
        series: line(OLDEST, 'stopped', ageOf),
      },
    ];
  }, [queue]);
  const sampled = queue.steps.filter(({ waiting }) => waiting !== null);
  const readAt = (index: number) =>
    `${dayHour(times.starts[index] ?? times.end)}: ${describeStep(queue.steps[index])}`;
  return (
    <Panel
      title="Queue"
      sentence={describeQueue(measures)}
      table={{
        head: ['From', WAITING, 'Oldest'],
        rows: rowsOf(times, queue.steps, ({ waiting, oldestMs }) => [
          waiting === null ? NONE : formatNumber(waiting),
          oldestMs === null ? NONE : formatDuration(oldestMs),
        ]).filter(([, waiting]) => waiting !== NONE),
      }}
    >
      {sampled.length < 2 ? null : (
        <Chart
          name="Queue"
          times={times}
          plots={plots}
          readAt={readAt}
          captionOf={(plot, index) =>
            plot === 1 ? OLDEST : index === null ? WAITING : readAt(index)
          }
        />
      )}
    </Panel>
  );
}

function describeStep(step: GetMeasuresOutput['queue']['steps'][number] | undefined): string {
  if (step === undefined || step.waiting === null) return 'not known';
  const { waiting, oldestMs } = step;
  if (waiting === 0 || oldestMs === null) return `${formatNumber(waiting)} waiting`;
  return `${formatNumber(waiting)} waiting, the oldest for ${formatDuration(oldestMs)}`;
}
