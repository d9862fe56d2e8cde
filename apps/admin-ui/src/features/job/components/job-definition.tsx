import {
  countHidden,
  describeHiddenPlace,
  visibleJson,
  visibleText,
  writePath,
} from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import type { JobDetails } from '../../../api/get-job.ts';
import { useMe } from '../../../api/me.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { RelativeTime } from '../../../components/time/times.tsx';
import styles from './job-page.module.css';

/** The nexrender job as submitted, with its secrets hidden. */
export function JobDefinition({ details }: { details: JobDetails }) {
  const { job, nexrenderJob, hidden, secretsDeletedAt } = details;
  const { can } = useMe();
  const text = JSON.stringify(nexrenderJob, null, 2);
  return (
    <section className={styles.section} aria-label="Definition">
      {secretsDeletedAt !== null && (
        <p>
          Its secrets were deleted <RelativeTime at={secretsDeletedAt} />. To submit it again, give
          them anew.
        </p>
      )}
      <p className={styles.tools}>
        Read only. {hidden.length === 0 ? 'No value hidden.' : `${countHidden(hidden)} as •••.`}
        <CopyButton label="Copy JSON" text={() => text} />
        {can.submit && (
          <Link to="/submit" search={{ from: job.id }}>
            Edit and submit
          </Link>
        )}
      </p>
      {hidden.length > 0 && (
        <ul aria-label="Hidden values" className={styles.hidden}>
          {hidden.map((place) => (
            <li key={writePath(place.path)}>{visibleText(describeHiddenPlace(place))}</li>
          ))}
        </ul>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls */}
      <pre className={styles.json} role="document" aria-label="Definition" tabIndex={0}>
        {visibleJson(text)}
      </pre>
    </section>
  );
}
