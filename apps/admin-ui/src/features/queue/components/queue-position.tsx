import type { WireJob } from '@renderdeck/contract';
import { NoValue } from '../../../components/no-value.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';

type Props = { job: WireJob; movedFrom: number | null | undefined };

/** "7", or a triangle for a running job; "↑ 3" or "↓ 12" when it moved while frozen. */
export function QueuePosition({ job: { position, endedAt }, movedFrom }: Props) {
  if (position === null) {
    if (endedAt !== null) return <NoValue />;
    return (
      <>
        <span aria-hidden="true">▶</span>
        <span className="visually-hidden">running</span>
      </>
    );
  }
  if (movedFrom === undefined || movedFrom === null || movedFrom === position)
    return formatNumber(position);
  const up = position < movedFrom;
  return (
    <>
      <span aria-hidden="true">{up ? '↑' : '↓'} </span>
      <span className="visually-hidden">{up ? 'moved up to ' : 'moved down to '}</span>
      {formatNumber(position)}
    </>
  );
}
