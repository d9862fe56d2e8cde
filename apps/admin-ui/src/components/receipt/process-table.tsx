import type { WireCancelReceipt } from '@renderdeck/contract';
import { Missing } from '../missing.tsx';
import { shortDuration } from '../time/format-time.ts';
import { At } from '../time/time-cells.tsx';
import styles from './receipt.module.css';

type Ended = WireCancelReceipt['processes'][number];

/** Every process of the tree and how it ended. */
export function ProcessTable({ receipt }: { receipt: WireCancelReceipt }) {
  return (
    <table className={styles.processes}>
      <caption className="visually-hidden">Processes of this job</caption>
      <thead>
        <tr>
          <th scope="col">Process</th>
          <th scope="col">PID</th>
          <th scope="col">Ended</th>
          <th scope="col">How</th>
        </tr>
      </thead>
      <tbody>
        {receipt.processes.map((process) => (
          <tr key={`${process.pid} ${process.startedAt}`}>
            <th scope="row">{process.name}</th>
            <td>{process.pid}</td>
            <td>{process.endedAt === null ? <Missing /> : <At at={process.endedAt} />}</td>
            <td>{howItEnded(process, receipt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function howItEnded(
  { pid, endedBy, endedAt }: Ended,
  { deliveredAt, survivors }: WireCancelReceipt,
): string {
  if (survivors.some((survivor) => survivor.pid === pid)) return 'still running';
  switch (endedBy) {
    case 'itself':
      return 'was already gone';
    case 'SIGTERM':
      return 'left when asked';
    case 'SIGKILL': {
      const afterMs =
        endedAt === null || deliveredAt === null
          ? null
          : Date.parse(endedAt) - Date.parse(deliveredAt);
      return afterMs === null ? 'killed' : `killed after ${shortDuration(afterMs)}`;
    }
    case null:
      return endedAt === null ? 'still running' : 'not visible';
  }
}
