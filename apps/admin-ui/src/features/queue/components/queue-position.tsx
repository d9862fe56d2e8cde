import type { WireJob } from '@renderdeck/contract';
import { useRef } from 'react';
import { NoValue } from '../../../components/no-value.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';

/** "7", or a triangle for a running job; "↑ 3" or "↓ 12" when it moved while frozen. */
export function QueuePosition({
  job: { position, endedAt },
  moved,
}: {
  job: WireJob;
  moved: boolean;
}) {
  const before = useRef(position);
  if (!moved) before.current = position;
  if (position === null) {
    if (endedAt !== null) return <NoValue />;
    return (
      <>
        <span aria-hidden="true">▶</span>
        <span className="visually-hidden">running</span>
      </>
    );
  }
  if (!moved || before.current === null || before.current === position)
    return <>{formatNumber(position)}</>;
  const up = position < before.current;
  return (
    <>
      <span aria-hidden="true">{up ? '↑' : '↓'} </span>
      <span className="visually-hidden">{up ? 'moved up to ' : 'moved down to '}</span>
      {formatNumber(position)}
    </>
  );
}
