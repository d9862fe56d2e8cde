import { type GetMeasuresOutput, visibleText } from '@renderdeck/contract';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { Name } from '../../../components/name.tsx';
import { formatDuration } from '../../../components/time/format-time.ts';
import { describeHosts, formatShare, useOf } from './describe-measures.ts';
import styles from './heat.module.css';
import { Panel } from './panel.tsx';
import { NONE, stepName, timesOf } from './step-times.ts';

const HOUR_MS = 3_600_000;
/** More hosts are only in the table. */
const MOST_ROWS = 60;
const AXIS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

type Props = { readonly measures: GetMeasuresOutput };

/** How much of the time that it was on each host rendered, by step. */
export function HostUsePanel({ measures }: Props) {
  const { hosts } = measures;
  const rows = hosts.map(({ host, slots, busyMs, onMs, use }) => [
    host,
    slots === null ? NONE : String(slots),
    `${(busyMs / HOUR_MS).toFixed(1)} h`,
    onMs === null ? NONE : `${(onMs / HOUR_MS).toFixed(1)} h`,
    use === null ? NONE : formatShare(use),
  ]);
  const { sentence, isEnough } = describeHosts(measures);
  return (
    <Panel
      title="Host use"
      sentence={sentence}
      table={{ head: ['Host', 'Slots now', 'Busy', 'On', 'Use'], rows }}
    >
      {isEnough ? <Heat measures={measures} /> : null}
    </Panel>
  );
}

type Cell = { readonly row: number; readonly column: number };
const MOVES: Readonly<Record<string, Cell>> = {
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
};

/** A cell for each host and step. The mouse or the arrow keys choose one, and the line reads it. */
function Heat({ measures }: Props) {
  const times = timesOf(measures, measures.stepMs);
  const hosts = measures.hosts.filter(({ slots }) => slots !== null).slice(0, MOST_ROWS);
  const [chosen, setChosen] = useState<Cell | null>(null);
  const last = { row: hosts.length - 1, column: times.starts.length - 1 };
  const cell = { row: chosen?.row ?? 0, column: chosen?.column ?? last.column };
  const readout = describeCell(measures, hosts[Math.min(cell.row, last.row)], cell.column);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return setChosen(null);
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(last.row, cell.row + move.row));
    setChosen({ row, column: Math.max(0, Math.min(last.column, cell.column + move.column)) });
  };
  const onPointerMove = ({ target }: PointerEvent) => {
    if (!(target instanceof HTMLElement)) return;
    const { row, column } = target.dataset;
    if (row !== undefined && column !== undefined)
      setChosen({ row: Number(row), column: Number(column) });
  };
  return (
    <>
      <div
        role="slider"
        tabIndex={0}
        aria-label="Host use"
        aria-valuemin={0}
        aria-valuemax={(last.row + 1) * (last.column + 1) - 1}
        aria-valuenow={cell.row * (last.column + 1) + cell.column}
        aria-valuetext={visibleText(readout)}
        className={styles.heat}
        onKeyDown={onKeyDown}
        onBlur={() => setChosen(null)}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setChosen(null)}
      >
        <div className={styles.readout}>{chosen === null ? '' : visibleText(readout)}</div>
        <HeatTimes starts={times.starts} isDays={measures.stepMs > HOUR_MS} />
        {hosts.map((host, row) => (
          <HeatRow key={host.host} measures={measures} host={host} row={row} chosen={chosen} />
        ))}
      </div>
      <HeatKey more={measures.hosts.length - hosts.length} />
    </>
  );
}
type HostMeasures = GetMeasuresOutput['hosts'][number];

const MOST_LABELS = 6;

/** The name of the host, a cell for each step, the mean. */
function columnsOf(steps: number) {
  return { gridTemplateColumns: `72px repeat(${steps}, minmax(0, 1fr)) 44px` };
}

function HeatTimes({ starts, isDays }: { starts: readonly number[]; isDays: boolean }) {
  const every = Math.ceil(starts.length / MOST_LABELS);
  return (
    <div className={styles.heatRow} style={columnsOf(starts.length)}>
      <span />
      {starts.map((start, index) => (
        <span key={start} className={styles.heatTime}>
          {index % every === Math.floor(every / 2) ? (isDays ? DAY : AXIS).format(start) : ''}
        </span>
      ))}
      <span className={styles.mean}>mean</span>
    </div>
  );
}

function HeatRow({
  measures,
  host,
  row,
  chosen,
}: Props & {
  readonly host: HostMeasures;
  readonly row: number;
  readonly chosen: Cell | null;
}) {
  return (
    <div className={styles.heatRow} style={columnsOf(host.busyMsByStep.length)}>
      <span className={styles.heatName}>
        <Name of={host.host} />
      </span>
      {host.busyMsByStep.map((_, column) => (
        <span
          key={column}
          data-row={row}
          data-column={column}
          data-heat={heatOf(useOf(measures, host, column))}
          data-chosen={(chosen?.row === row && chosen.column === column) || undefined}
        />
      ))}
      <span className={styles.mean}>{host.use === null ? '' : formatShare(host.use)}</span>
    </div>
  );
}

const KEY = [
  ['0', '0 %'],
  ['1', 'to 20'],
  ['2', 'to 40'],
  ['3', 'to 60'],
  ['4', 'to 80'],
  ['5', 'to 100'],
  ['off', 'off'],
] as const;

function HeatKey({ more }: { readonly more: number }) {
  return (
    <ul className={styles.key}>
      {KEY.map(([heat, label]) => (
        <li key={heat}>
          <span aria-hidden="true" data-heat={heat} />
          {label}
        </li>
      ))}
      {more > 0 && <li>{more} more hosts in the table</li>}
    </ul>
  );
}

function heatOf(use: number | null): string {
  return use === null ? 'off' : String(Math.ceil(Math.min(1, use) * 5 - 0.005));
}

/** "ae-05, 17:00 to 18:00: 67 %, on for 40 min". */
function describeCell(
  measures: GetMeasuresOutput,
  host: HostMeasures | undefined,
  column: number,
): string {
  if (host === undefined) return '';
  const place = `${host.host}, ${stepName(timesOf(measures, measures.stepMs), column)}`;
  const use = useOf(measures, host, column);
  if (use === null) return `${place}: off`;
  const onMs = host.onMsByStep[column] ?? null;
  return `${place}: ${formatShare(use)}${onMs === null ? '' : `, on for ${formatDuration(onMs)}`}`;
}
