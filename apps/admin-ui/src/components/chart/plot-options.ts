import uPlot from 'uplot';
import { type Colours, patternOf } from './chart-colours.ts';
import { type PlotSpec, type Series, stackUp, ticksOf } from './plot-spec.ts';

/** The times of a chart: the start of each step, and the end of the last one, in ms. */
export type Times = { readonly starts: readonly number[]; readonly end: number };

const AXIS_WIDTH = 64;
const TIME_HEIGHT = 24;
/** The part of a step that a bar fills. */
const BAR = 0.76;
const DAY_MS = 86_400_000;

const HOURS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAYS = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The data as uPlot reads it. An empty last step makes place for the last bar. */
export function dataOf({ kind, series }: PlotSpec, { starts, end }: Times): uPlot.AlignedData {
  const values = kind === 'stack' ? stackUp(series).toReversed() : series.map((one) => one.values);
  const seconds = [...starts, end].map((ms) => ms / 1000);
  return [seconds, ...values.map((each) => [...each, null])];
}

type Move = { readonly onMove: (index: number | null) => void };

export function optionsOf(
  spec: PlotSpec,
  times: Times,
  colours: Colours,
  size: { readonly width: number; readonly height: number },
  { onMove }: Move,
): uPlot.Options {
  const isBars = spec.kind !== 'lines';
  const ticks = ticksOf(spec);
  const shown = spec.kind === 'stack' ? spec.series.toReversed() : spec.series;
  const { hasTimes = true } = spec;
  return {
    ...size,
    padding: [8, 0, hasTimes ? 0 : 8, 0],
    legend: { show: false },
    scales: { y: { range: [0, ticks.at(-1) ?? 1] } },
    series: [{}, ...shown.map((one) => seriesOf(one, spec, colours))],
    axes: [
      { ...timeAxis(times, colours), show: hasTimes },
      {
        ...axisOf(colours),
        size: AXIS_WIDTH,
        gap: 6,
        splits: () => [...ticks],
        values: (_plot, splits) => splits.map(spec.format),
        grid: { show: true, stroke: colours.line, width: 1 },
      },
    ],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false, setScale: false },
      move: (plot, left, y) =>
        left < 0 ? [left, y] : [placeOf(plot, times, indexAt(plot, times, left), isBars), y],
    },
    hooks: {
      setCursor: [
        (plot) => {
          const { left = -1 } = plot.cursor;
          onMove(left < 0 ? null : indexAt(plot, times, left));
        },
      ],
    },
  };
}

/** The axis of the times: of days, if the chart is longer than one and a half. */
function timeAxis({ starts, end }: Times, colours: Colours): uPlot.Axis {
  const days = end - (starts[0] ?? 0) > 1.5 * DAY_MS;
  return {
    ...axisOf(colours),
    size: TIME_HEIGHT,
    gap: 4,
    space: 72,
    values: (_plot, splits) =>
      splits.map((second) => (days ? DAYS : HOURS).format(new Date(second * 1000))),
    ...(days ? { incrs: [1, 2, 5, 10].map((count) => count * (DAY_MS / 1000)) } : {}),
  };
}

/** What both axes have: no line, no ticks. */
function axisOf(colours: Colours) {
  return {
    stroke: colours.text,
    font: '12px sans-serif',
    ticks: { show: false },
    grid: { show: false },
  };
}

/** The step that has this place. */
function indexAt(plot: uPlot, { starts }: Times, left: number): number {
  const ms = plot.posToVal(left, 'x') * 1000;
  return Math.max(
    0,
    starts.findLastIndex((start) => start <= ms),
  );
}

/** Where the cursor of a step is: in the middle of a bar, or at its point of a line. */
export function placeOf(plot: uPlot, { starts, end }: Times, index: number, isBars: boolean) {
  const start = starts[index] ?? end;
  const next = starts[index + 1] ?? end;
  return plot.valToPos((isBars ? start + ((next - start) * BAR) / 2 : start) / 1000, 'x');
}

const { bars } = uPlot.paths;

function seriesOf({ fill, values }: Series, { kind }: PlotSpec, colours: Colours): uPlot.Series {
  const colour = colours.of(fill);
  if (kind === 'lines') {
    const alone = values.flatMap((value, index) =>
      value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
        ? [index]
        : [],
    );
    return {
      stroke: colour,
      width: fill === 'given-back' ? 1 : 1.5,
      ...(fill === 'given-back' ? {} : { fill: `${colour}26` }),
      points: { show: true, size: 4, fill: colour, filter: () => alone },
    };
  }
  const isHollow = fill === 'given-back' || fill === 'hollow';
  return {
    stroke: colour,
    width: isHollow ? 1 : 0,
    fill: (plot) => patternOf(plot.ctx, fill, colours, uPlot.pxRatio),
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars({ size: [BAR, 48], align: 1 }) }),
  };
}
