import { nameActor, visibleText, type WireJob } from '@renderdeck/contract';
import { errorMessage } from '../../../api/error-message.ts';
import { useMe } from '../../../api/me.ts';
import { Name } from '../../../components/name.tsx';
import { ExactTime } from '../../../components/time/exact-time.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { useJobAudit } from '../api/list-job-audit.ts';
import { useJobChangesOf } from '../api/list-job-changes.ts';
import { describeAudit } from './describe-audit.ts';
import { describeJobChange } from './describe-change.ts';
import styles from './job-page.module.css';

/** Every change of the job, newest first; for admins also what was refused, from the audit. */
export function JobHistory({ job }: { job: WireJob }) {
  const { can } = useMe();
  const changes = useJobChangesOf(job.id, job.version);
  const audit = useJobAudit(job.id, job.version, can.auditAll);
  if (changes.data === undefined)
    return changes.isError ? (
      <p role="alert">History not loaded. {errorMessage(changes.error)}</p>
    ) : null;
  const done = changes.data.map((change, index, all) => ({
    ...{ key: `change ${change.id}`, at: change.at, actor: change.actor },
    text: describeJobChange(change, all[index - 1], job.receipt),
  }));
  // A change tells what was done; the audit adds what was refused or had no effect.
  const refused = (audit.data?.entries ?? [])
    .filter(({ outcome }) => outcome !== 'done')
    .map((entry) => ({
      ...{ key: `audit ${entry.id}`, at: entry.at, actor: nameActor(entry.actor) },
      text: describeAudit(entry),
    }));
  const rows = [...done.reverse(), ...refused].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <section className={styles.section} aria-label="History">
      {!can.auditAll && <p>What was refused is shown to admins.</p>}
      <ol className={styles.attempts} reversed>
        {rows.map(({ key, at, actor, text }) => (
          <li key={key}>
            <ExactTime at={at} />, <RelativeTime at={at} />:{' '}
            <strong>
              <Name of={actor} />
            </strong>{' '}
            <span>{visibleText(text)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
