import { formatTimeLeft, visibleText, type WireJob } from '@renderdeck/contract';
import { NoValue } from '../name.tsx';
import { describeEstimate } from './describe-estimate.ts';

type Props = {
  job: WireJob;
  /** Whether no column heading says what is not known. */
  alone?: boolean;
};

/** "starts 02:10–02:40" or "ends 02:20–02:26", with the whole sentence and its ground as title. */
export function Estimate({ job, alone = false }: Props) {
  const text = describeEstimate(job);
  if (text === null) return job.timeLeftMs === null ? <NoValue /> : formatTimeLeft(job.timeLeftMs);
  const { short, whole, ground } = text;
  const title = visibleText(ground === null ? whole : `${whole}, ${ground}`);
  const what = job.position === null ? 'end' : 'start';
  const said = alone && short === 'not known' ? `${what} ${short}` : short;
  return <span title={title}>{said}</span>;
}

/** "Ends 02:20–02:26, ≈ 8 min left, from 37 renders of this template"; nothing if not told. */
export function EstimateLine({ job }: { job: WireJob }) {
  const text = describeEstimate(job);
  const left = job.timeLeftMs === null ? null : `${formatTimeLeft(job.timeLeftMs)} left`;
  const parts = [text?.whole, left, text?.ground].filter((part) => typeof part === 'string');
  return visibleText(parts.join(', '));
}
