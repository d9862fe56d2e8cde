import type { PreviewPriorityOutput } from '@renderdeck/contract';
import { formatCount, formatNumber, formatTime } from '../../../components/time/format-time.ts';
import styles from './priority-dialog.module.css';

type Props = { preview: PreviewPriorityOutput | undefined; failed: boolean; stale: boolean };

/** The position that the priority would give, and the jobs that would move. */
export function PriorityPreview({ preview, failed, stale }: Props) {
  if (preview === undefined)
    return <p className={styles.preview}>{failed ? 'No preview. You can still set it.' : ' '}</p>;
  return (
    <div className={styles.preview} data-stale={stale || undefined}>
      <p role="status">
        <PreviewSentence preview={preview} />
      </p>
      {preview.moved.length > 0 && (
        <table className={styles.moved}>
          <caption className="visually-hidden">The nearest jobs that move</caption>
          <tbody>
            {preview.moved.map(({ id, name, submittedBy, position }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>{submittedBy}</td>
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
        As of {formatTime(preview.at)}
      </p>
    </div>
  );
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
      </strong>{' '}
      of {formatNumber(queued)}. {moves}
    </>
  );
}
