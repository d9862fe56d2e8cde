import type { WireHost } from '@renderdeck/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type MouseEvent, useId, useMemo, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { Name } from '../../../components/name.tsx';
import { formatCount, formatTime } from '../../../components/time/format-time.ts';
import { useKnownNow } from '../../../live/use-now.ts';
import { Choices } from './choices.tsx';
import { describeAttempt } from './describe-attempt.ts';
import styles from './host-night.module.css';
import { NightKey } from './night-key.tsx';
import {
  attemptAt,
  findAt,
  layOut,
  type NightAttempt,
  type NightRow,
  type Place,
  ROW_HEIGHT,
  step,
} from './night-layout.ts';
import { NightTable } from './night-table.tsx';
import { formatTick, rangeOf, SPANS, type Span, ticksOf } from './night-time.ts';
import { type Plot, useNightCanvas } from './use-night-canvas.ts';

const CHOICES = [
  ['1h', '1 h'],
  ['12h', '12 h'],
  ['7d', '7 d'],
] as const satisfies readonly (readonly [Span, string])[];
const POINT_PX = 4;

/** What each host rendered in the last hours, on one time axis. An attempt leads to its job. */
export function HostNight({ hosts }: { hosts: readonly WireHost[] }) {
  const [span, setSpan] = useState<Span>('12h');
  const heading = useId();
  const { now } = useKnownNow();
  const range = rangeOf(span, now);
  const { trpc } = useApi();
  const { data, isError } = useQuery(
    trpc.listAttempts.queryOptions(range, { placeholderData: keepPreviousData }),
  );
  const names = JSON.stringify(hosts.map(({ name }) => name));
  const rows = useMemo(() => layOut(JSON.parse(names), data?.attempts ?? []), [names, data]);
  return (
    <section aria-labelledby={heading} className={styles.night}>
      <div className={styles.head}>
        <h2 id={heading}>The night</h2>
        <Choices legend="Time that is shown" choices={CHOICES} value={span} onChange={setSpan} />
        <NightKey />
      </div>
      {isError && data === undefined && (
        <p>The attempts could not be read. They are asked for again.</p>
      )}
      {data !== undefined && data.cutAt !== null && (
        <p>Too many attempts: those that ended before {formatTime(data.cutAt)} are not shown.</p>
      )}
      <NightChart
        hosts={hosts}
        rows={rows}
        startMs={Math.min(now, Date.parse(range.to)) - SPANS[span].ms}
        nowMs={now}
      />
      <NightTable attempts={data?.attempts ?? []} />
    </section>
  );
}

type ChartProps = {
  hosts: readonly WireHost[];
  rows: readonly NightRow[];
  startMs: number;
  nowMs: number;
};
/** The line of now stands a little left of the edge. */
const AFTER_NOW = 0.02;

function NightChart({ hosts, rows, startMs, nowMs }: ChartProps) {
  const [place, setPlace] = useState<Place | null>(null);
  const [pointed, setPointed] = useState<NightAttempt | null>(null);
  const endMs = nowMs + (nowMs - startMs) * AFTER_NOW;
  const chosen = attemptAt(rows, place);
  const selected = pointed ?? chosen;
  const plot = { hosts, rows, startMs, endMs, nowMs, selected };
  return (
    <>
      <p className={styles.readout} data-readout>
        {selected === null
          ? 'Point at an attempt, or use the arrow keys. Enter opens its job.'
          : describeAttempt(selected.attempt)}
      </p>
      <div className={styles.chart}>
        <ul className={styles.names} aria-hidden="true">
          {rows.map(({ host }) => (
            <li key={host}>
              <Name of={host} />
            </li>
          ))}
        </ul>
        <NightPlot
          {...plot}
          place={place}
          onPlace={(next) => {
            setPointed(null);
            setPlace(next);
          }}
          onPoint={setPointed}
        />
      </div>
    </>
  );
}

type PlotProps = Plot & {
  place: Place | null;
  onPlace: (place: Place) => void;
  onPoint: (attempt: NightAttempt | null) => void;
};

/** The canvas, with the keys and the pointer. A slider: its value is the chosen attempt. */
function NightPlot({ place, onPlace, onPoint, ...plot }: PlotProps) {
  const { rows, startMs, endMs, selected } = plot;
  const navigate = useNavigate();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, first } = useNightCanvas(canvas, plot);
  const chosen = attemptAt(rows, place);
  const open = (one: NightAttempt | null) => {
    if (one !== null) void navigate({ to: '/jobs/$id', params: { id: one.attempt.jobId } });
  };
  const find = ({ currentTarget, clientX, clientY }: MouseEvent) => {
    const { left, top } = currentTarget.getBoundingClientRect();
    const row = rows[Math.floor((clientY - top) / ROW_HEIGHT)];
    if (row === undefined) return null;
    const msPerPx = (endMs - startMs) / Math.max(1, width);
    const ms = startMs + (clientX - left) * msPerPx;
    const y = (clientY - top) % ROW_HEIGHT;
    return findAt(row, { ms, y, toleranceMs: POINT_PX * msPerPx });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') return open(chosen);
    const next = step(rows, place, event.key);
    if (next === null) return;
    event.preventDefault();
    onPlace(next);
  };
  const { number, count } = numberOf(rows, place);
  return (
    <>
      <div
        role="slider"
        tabIndex={0}
        className={styles.plot}
        style={{ height: rows.length * ROW_HEIGHT }}
        aria-label="Attempts of the hosts"
        aria-valuemin={0}
        aria-valuemax={Math.max(1, count)}
        aria-valuenow={number}
        aria-valuetext={
          chosen === null ? formatCount(count, 'attempt') : describeAttempt(chosen.attempt)
        }
        onKeyDown={onKeyDown}
        onClick={(event) => open(find(event))}
        onPointerMove={(event) => onPoint(find(event))}
        onPointerLeave={() => onPoint(null)}
        data-over={selected !== chosen || undefined}
      >
        <canvas ref={canvas} data-first={first} />
      </div>
      <div className={styles.axis} aria-hidden="true">
        {ticksOf(startMs, endMs, width).map((at) => (
          <span key={at} style={{ left: `${((at - startMs) / (endMs - startMs)) * 100}%` }}>
            {formatTick(at)}
          </span>
        ))}
      </div>
    </>
  );
}

/** The number of the chosen attempt among all, from 1; 0 if none is chosen. */
function numberOf(rows: readonly NightRow[], place: Place | null) {
  const sizes = rows.map(({ attempts }) => attempts.length);
  const sum = (some: readonly number[]) => some.reduce((total, size) => total + size, 0);
  const number = place === null ? 0 : sum(sizes.slice(0, place.row)) + place.index + 1;
  return { number, count: sum(sizes) };
}
