import type { PreviewPriorityOutput } from '@renderdeck/contract';
import { counted, exactTime, grouped } from '../../components/time/format-time.ts';
import styles from './priority-dialog.module.css';

type Props = { preview: PreviewPriorityOutput | undefined; failed: boolean; stale: boolean };

/** Where the job would stand, and who would move for it. Old numbers stay, dimmed, while new ones are on their way. */
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
                  {grouped(position.before)} → {grouped(position.after)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.small}>
        {preview.movedCount > preview.moved.length &&
          `The nearest ${preview.moved.length} of ${grouped(preview.movedCount)}. `}
        As of {exactTime(preview.at)}
      </p>
    </div>
  );
}

function PreviewSentence({
  preview: { position, queued, movedCount },
}: {
  preview: PreviewPriorityOutput;
}) {
  if (position.before === position.after) return <>Same position, {grouped(position.before)}.</>;
  const moves =
    position.after < position.before
      ? `Overtakes ${counted(movedCount, 'job')}.`
      : `${counted(movedCount, 'job')} pass it.`;
  return (
    <>
      <strong>
        Position {grouped(position.before)} → {grouped(position.after)}
      </strong>{' '}
      of {grouped(queued)}. {moves}
    </>
  );
}
