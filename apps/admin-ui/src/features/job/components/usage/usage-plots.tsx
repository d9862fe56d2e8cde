import { formatFileSize, type WireUsagePoint } from '@renderdeck/contract';
import { useMemo } from 'react';
import { Chart } from '../../../../components/chart/chart.tsx';
import { Legend } from '../../../../components/chart/legend.tsx';
import type { PlotSpec, Series } from '../../../../components/chart/plot-spec.ts';
import { formatTime } from '../../../../components/time/format-time.ts';
import {
  cores,
  cpuOf,
  describeCpu,
  describeMemory,
  type HostSize,
  memoryOf,
  summariseUsage,
} from './describe-usage.ts';

const HEIGHT = 132;
const CORES = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];
const MEBIBYTE = 1e6;
const BYTES = [1, 2, 5, 10, 20, 50, 100, 250, 500].flatMap((one) => [
  one * MEBIBYTE,
  one * 1000 * MEBIBYTE,
]);

type Props = { readonly points: readonly WireUsagePoint[]; readonly size: HostSize };

/** CPU and memory beside each other, to the whole of the host, with one cursor. */
export function UsagePlots({ points, size }: Props) {
  const { cpuCores, memoryBytes } = size;
  const times = useMemo(
    () => ({
      starts: points.map(({ at }) => Date.parse(at)),
      end: Date.parse(points.at(-1)?.until ?? ''),
    }),
    [points],
  );
  const plots = useMemo(
    (): PlotSpec[] => [
      {
        ...{ title: 'CPU', kind: 'lines', height: HEIGHT, increments: CORES },
        series: seriesOf(points, cpuOf),
        format: (value) => `${value} ${value === 1 ? 'core' : 'cores'}`,
        ...(cpuCores === null ? {} : { most: cpuCores }),
      },
      {
        ...{ title: 'Memory', kind: 'lines', height: HEIGHT, increments: [...BYTES].sort(byValue) },
        series: seriesOf(points, memoryOf),
        format: formatFileSize,
        ...(memoryBytes === null ? {} : { most: memoryBytes }),
      },
    ],
    [points, cpuCores, memoryBytes],
  );
  const all = [
    `CPU: ${describeCpu(summariseUsage(points, cpuOf), size)}`,
    `Memory: ${describeMemory(summariseUsage(points, memoryOf), size)}`,
  ];
  const partsAt = (index: number) => describePoint(points[index]);
  return (
    <>
      <Chart
        name="CPU and memory"
        times={times}
        plots={plots}
        isWide
        captionOf={(plot, index) => (index === null ? all : partsAt(index))[plot] ?? ''}
        readAt={(index) => partsAt(index).join('; ')}
      />
      <Legend of={LINES} />
    </>
  );
}

const LINES = [
  { label: 'mean', fill: 'running' },
  { label: 'most', fill: 'given-back' },
] as const;

function seriesOf(points: readonly WireUsagePoint[], of: typeof cpuOf): readonly Series[] {
  return [
    { label: 'mean', fill: 'running', values: points.map((point) => of(point).mean) },
    { label: 'most', fill: 'given-back', values: points.map((point) => of(point).max) },
  ];
}

function describePoint(point: WireUsagePoint | undefined): readonly string[] {
  if (point === undefined) return [];
  const { mean, max } = cpuOf(point);
  const { memoryBytes } = point;
  return [
    `${formatTime(point.at)}, CPU: mean ${cores(mean)}, most ${cores(max)} cores`,
    `${formatTime(point.at)}, memory: mean ${formatFileSize(memoryBytes.mean)}, ` +
      `most ${formatFileSize(memoryBytes.max)}`,
  ];
}

function byValue(a: number, b: number): number {
  return a - b;
}
