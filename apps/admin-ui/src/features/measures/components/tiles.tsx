import { type GetMeasuresOutput, visibleText, type WireTimeRange } from '@renderdeck/contract';
import { useQueueEnd } from '../../../api/use-counts.ts';
import { formatMoment } from '../../../components/estimate/describe-estimate.ts';
import { formatDuration, formatNumber } from '../../../components/time/format-time.ts';
import { failedShareOf, farmUseOf, formatPart, totalOf } from './describe-measures.ts';
import styles from './measures.module.css';
import { duration } from './step-times.ts';

type Tile = {
  readonly label: string;
  readonly value: string;
  /** After the value, smaller. */
  readonly more?: string;
  readonly note: string;
};

/** The numbers that a person looks for first. */
export function Tiles({ measures }: { readonly measures: GetMeasuresOutput }) {
  const end = useQueueEnd();
  const tiles = [
    waiting(measures),
    emptyAt(measures, end),
    failed(measures),
    use(measures),
    stops(measures),
  ];
  return (
    <dl className={styles.tiles}>
      {tiles.map(({ label, value, more, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={styles.value}>
            {value}
            {more !== undefined && <span className={styles.more}> {more}</span>}
          </dd>
          <dd className={styles.note}>{visibleText(note)}</dd>
        </div>
      ))}
    </dl>
  );
}

function waiting({ queue }: GetMeasuresOutput): Tile {
  const usual = queue.usual === null ? '' : `usual at this hour ${formatNumber(queue.usual)}`;
  const oldest =
    queue.oldestMs === null ? 'none waits' : `oldest ${formatDuration(queue.oldestMs)}`;
  return {
    label: 'Waiting',
    value: formatNumber(queue.waiting),
    note: usual === '' ? oldest : `${oldest}; ${usual}`,
  };
}

function emptyAt({ queue }: GetMeasuresOutput, end: WireTimeRange | null | undefined): Tile {
  const label = 'Empty at';
  if (queue.waiting === 0) return { label, value: 'now', note: 'no job waits' };
  if (end === undefined) return { label, value: '…', note: 'the forecast is not here yet' };
  if (end === null) return { label, value: 'not known', note: 'no forecast for all that wait' };
  const [from, to] = [formatMoment(end.from), formatMoment(end.to)];
  const more = from === to ? {} : { more: `to ${to}` };
  return { label, value: from, ...more, note: 'if nothing is submitted' };
}

function failed({ ended, endedIn7Days }: GetMeasuresOutput): Tile {
  const share = failedShareOf(ended);
  const week = failedShareOf(endedIn7Days);
  const ofEnds = `${formatNumber(ended.failed)} of ${formatNumber(totalOf(ended))} ends`;
  const inDay = share === null ? 'nothing ended' : ofEnds;
  return {
    label: 'Failed',
    value: share === null ? 'none' : formatPart(share),
    note: `${inDay}; 7 days ${week === null ? 'none' : formatPart(week)}`,
  };
}

function use(measures: GetMeasuresOutput): Tile {
  const share = farmUseOf(measures.hosts);
  return {
    label: 'Host use',
    value: share === null ? 'not known' : formatPart(share),
    note: share === null ? 'no host was on' : 'of the time that hosts were on',
  };
}

function stops({ stops: { asked, proven, notProven, askToProof } }: GetMeasuresOutput): Tile {
  const open = notProven === 0 ? '' : `; ${notProven} not proven`;
  const half =
    askToProof.medianMs === null ? 'none proven' : `half within ${duration(askToProof.medianMs)}`;
  return {
    label: 'Stops proven',
    value: asked === 0 ? 'none' : `${formatNumber(proven)} of ${formatNumber(asked)}`,
    note: asked === 0 ? 'no render was stopped' : `${half}${open}`,
  };
}
