import { useDebouncedValue } from '@mantine/hooks';
import type { PreviewPriorityOutput } from '@renderdeck/contract';
import { useEffect, useRef, useState } from 'react';
import { Name } from '../../../components/name.tsx';
import { formatCount, formatNumber, formatTime } from '../../../components/time/format-time.ts';
import styles from './priority-dialog.module.css';

type Props = {
  preview: PreviewPriorityOutput | undefined;
  failed: boolean;
  stale: boolean;
  onShowAll: () => void;
};

/** The position that the priority would give, and the jobs that would move. */
export function PriorityPreview({ preview, failed, stale, onShowAll }: Props) {
  const was = useEarlierPosition(preview);
  const [announced] = useDebouncedValue(sentenceOf(preview), ANNOUNCE_AFTER_MS);
  if (preview === undefined)
    return <p className={styles.preview}>{failed ? 'No preview. You can still set it.' : ' '}</p>;
  return (
    <div className={styles.preview} data-stale={stale || undefined}>
      <p>
        <PreviewSentence preview={preview} />
      </p>
      <p role="status" className="visually-hidden">
        {announced}
      </p>
      {preview.moved.length > 0 && (
        <table className={styles.moved}>
          <caption className="visually-hidden">The nearest jobs that move</caption>
          <tbody>
            {preview.moved.map(({ id, name, submittedBy, position }) => (
              <tr key={id}>
                <th scope="row">
                  <Name of={name} />
                </th>
                <td>
                  <Name of={submittedBy} />
                </td>
                <td>
                  {formatNumber(position.before)} → {formatNumber(position.after)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.small}>
        {preview.movedCount > preview.moved.length &&
          `The nearest ${preview.moved.length} of ${formatNumber(preview.movedCount)}. `}
        As of {formatTime(preview.at)}.{' '}
        {was !== null && `Now ${formatNumber(preview.position.after)}, was ${formatNumber(was)}.`}
      </p>
      {preview.movedCount > preview.moved.length && preview.moved.length <= 5 && (
        <button type="button" className="link-button" onClick={onShowAll}>
          Show all {formatNumber(preview.movedCount)}
        </button>
      )}
    </div>
  );
}

const ANNOUNCE_AFTER_MS = 1_000;

/** What is read out once the numbers have stood still for a second. */
function sentenceOf(preview: PreviewPriorityOutput | undefined): string {
  if (preview === undefined) return '';
  const { before, after } = preview.position;
  return before === after
    ? `Same position, ${formatNumber(before)}.`
    : `Position ${formatNumber(before)} to ${formatNumber(after)}.`;
}

/** The position that the last preview of the same priority gave, where the queue moved since. */
function useEarlierPosition(preview: PreviewPriorityOutput | undefined): number | null {
  const seen = useRef<PreviewPriorityOutput | undefined>(undefined);
  const [was, setWas] = useState<number | null>(null);
  useEffect(() => {
    const last = seen.current;
    seen.current = preview;
    if (preview === undefined || last === undefined) return;
    if (last.priority.after !== preview.priority.after) setWas(null);
    else if (last.position.after !== preview.position.after) setWas(last.position.after);
  }, [preview]);
  return was;
}

function PreviewSentence({
  preview: { position, queued, movedCount },
}: {
  preview: PreviewPriorityOutput;
}) {
  if (position.before === position.after)
    return <>Same position, {formatNumber(position.before)}.</>;
  const moves =
    position.after < position.before
      ? `Overtakes ${formatCount(movedCount, 'job')}.`
      : `${formatCount(movedCount, 'job')} pass it.`;
  return (
    <>
      <strong>
        Position {formatNumber(position.before)} → {formatNumber(position.after)}
      </strong>
      {position.after < position.before && ` of ${formatNumber(queued)}`}. {moves}
    </>
  );
}
