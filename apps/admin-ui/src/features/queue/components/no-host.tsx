import { describeNoHost, type WireJob } from '@renderdeck/contract';
import styles from './queue.module.css';

/** "No host offers: c4d" of a job that waits; nothing where a host may have it. */
export function NoHost({ job }: { job: WireJob }) {
  const noHost = describeNoHost(job);
  if (noHost === null) return null;
  return (
    <span className={styles.noHost} title={noHost.whole}>
      {noHost.short}
      <span className="visually-hidden">. Its position counts the whole queue.</span>
    </span>
  );
}
