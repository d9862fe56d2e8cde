import type { WireCancelReceipt } from '@renderdeck/contract';
import { NoValue } from '../no-value.tsx';
import { ExactTime } from '../time/exact-time.tsx';
import { formatShortDuration } from '../time/format-time.ts';
import styles from './receipt.module.css';

type Process = WireCancelReceipt['processes'][number];

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
            <td>{process.endedAt === null ? <NoValue /> : <ExactTime at={process.endedAt} />}</td>
            <td>{describeEnd(process, receipt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function describeEnd(
  { pid, endedBy, endedAt }: Process,
  { firstSignalAt, survivors }: WireCancelReceipt,
): string {
  if (survivors.some((survivor) => survivor.pid === pid)) return 'still running';
  switch (endedBy) {
    case 'itself':
      return 'was already gone';
    case 'SIGTERM':
      return 'left when asked';
    case 'SIGKILL': {
      const afterMs =
        endedAt === null || firstSignalAt === null
          ? null
          : Date.parse(endedAt) - Date.parse(firstSignalAt);
      return afterMs === null ? 'killed' : `killed after ${formatShortDuration(afterMs)}`;
    }
    case null:
      return endedAt === null ? 'still running' : 'not visible';
  }
}
