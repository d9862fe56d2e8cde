import type { WireCancelReceipt } from '@renderdeck/contract';
import { Name } from '../name.tsx';
import { NoValue } from '../no-value.tsx';
import { ExactTime } from '../time/exact-time.tsx';
import { describeEnd } from './describe-end.ts';
import styles from './receipt.module.css';

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
            <th scope="row">
              <Name of={process.name} />
            </th>
            <td>{process.pid}</td>
            <td>{process.endedAt === null ? <NoValue /> : <ExactTime at={process.endedAt} />}</td>
            <td>{describeEnd(process, receipt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
