import { Button } from '@mantine/core';
import { describeNoHost, visibleText } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useJobDetails } from '../../../api/get-job.ts';
import { Name } from '../../../components/name.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';
import { useJob } from '../../../live/use-job.ts';
import { useSubmitPreview } from '../api/preview-submit.ts';
import styles from './submit.module.css';

type Props = { jobId: string; onAnother: () => void };

/** Where the new job stands now. */
export function SubmitResult({ jobId, onAnother }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useJobDetails(jobId);
  const job = useJob(jobId);
  const queued = useSubmitPreview(null).data?.queued;
  const place =
    job === undefined || job.position === null
      ? ''
      : ` Position ${formatNumber(job.position)}${
          queued === undefined ? '' : ` of ${formatNumber(Math.max(queued, job.position))}`
        }${job.tags.length > 0 ? ' in the whole queue' : ''}.`;
  const noHost = job === undefined ? null : describeNoHost(job);
  const left = job !== undefined && job.position === null ? ' It has left the queue since.' : '';
  return (
    <section className={styles.group}>
      <h2 ref={heading} tabIndex={-1}>
        Queued.{place}
        {left}
      </h2>
      {noHost !== null && <p className={styles.problem}>{visibleText(noHost.whole)}</p>}
      {job !== undefined && (
        <p className={styles.name}>
          <Name of={job.name} />
        </p>
      )}
      <p className={styles.buttons}>
        <Link to="/jobs/$id" params={{ id: jobId }}>
          Open job
        </Link>
        <Button variant="default" onClick={onAnother}>
          Submit another
        </Button>
      </p>
    </section>
  );
}
