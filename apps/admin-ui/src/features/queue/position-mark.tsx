import type { WireJob } from '@renderdeck/contract';
import { useRef } from 'react';
import { Missing } from '../../components/missing.tsx';
import { grouped } from '../../components/time/format-time.ts';

/** "7"; a triangle for what runs; while the order is held and the job has moved, "↑ 3" or "↓ 12". */
export function PositionMark({
  job: { position, endedAt },
  moved,
}: {
  job: WireJob;
  moved: boolean;
}) {
  const before = useRef(position);
  if (!moved) before.current = position;
  if (position === null) {
    if (endedAt !== null) return <Missing />;
    return (
      <>
        <span aria-hidden="true">▶</span>
        <span className="visually-hidden">running</span>
      </>
    );
  }
  if (!moved || before.current === null || before.current === position)
    return <>{grouped(position)}</>;
  const up = position < before.current;
  return (
    <>
      <span aria-hidden="true">{up ? '↑' : '↓'} </span>
      <span className="visually-hidden">{up ? 'moved up to ' : 'moved down to '}</span>
      {grouped(position)}
    </>
  );
}
