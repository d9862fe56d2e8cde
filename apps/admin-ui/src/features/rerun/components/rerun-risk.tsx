import { visibleText, type WireJob } from '@renderdeck/contract';
import { useJobDetails } from '../../../api/get-job.ts';
import { listOutputs } from '../../../components/list-outputs.ts';
import { describeUnproven } from '../../../components/receipt/describe-unproven.ts';
import styles from './rerun-dialog.module.css';

/** Whether something of the job may still render, as far as its proofs tell. */
export function mayStillRun(job: WireJob): boolean {
  return unprovenOf(job).length > 0;
}

/** What may still run of this job, and which files both renders would write. */
export function RerunRisk({ job }: { job: WireJob }) {
  const { data } = useJobDetails(job.id);
  const unproven = unprovenOf(job);
  if (unproven.length === 0) return null;
  const outputs = listOutputs(data?.nexrenderJob);
  const files = outputs.length === 0 ? 'the same files' : visibleText(outputs.join(', '));
  return (
    <div className={styles.risk} role="note">
      <p>The first render may still run, and write {files} as well.</p>
      <ul>
        {unproven.map((text) => (
          <li key={text}>{visibleText(text)}</li>
        ))}
      </ul>
    </div>
  );
}

/** The receipt tells it where a stop was asked for; else the attempts that are open. */
function unprovenOf({ receipt, openAttempts }: WireJob): readonly string[] {
  return describeUnproven(receipt ?? { openAttempts, declared: [], awaitedHosts: [] });
}
