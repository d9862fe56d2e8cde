import { type GetMeasuresOutput, visibleText } from '@renderdeck/contract';
import { formatDuration, formatNumber } from '../../../components/time/format-time.ts';
import { failedShareOf, farmUseOf, formatPart, totalOf } from './describe-measures.ts';
import styles from './measures.module.css';
import { duration } from './step-times.ts';

type Tile = { readonly label: string; readonly value: string; readonly note: string };

/** The numbers that a person looks for first. */
export function Tiles({ measures }: { readonly measures: GetMeasuresOutput }) {
  const tiles = [waiting(measures), failed(measures), use(measures), stops(measures)];
  return (
    <dl className={styles.tiles}>
      {tiles.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={styles.value}>{value}</dd>
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
