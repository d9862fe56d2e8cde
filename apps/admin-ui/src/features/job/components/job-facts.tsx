import type { WireJob } from '@renderdeck/contract';
import type { ReactNode } from 'react';
import { CopyButton } from '../../../components/copy-button.tsx';
import { NoValue } from '../../../components/no-value.tsx';
import { ElapsedTime } from '../../../components/time/elapsed-time.tsx';
import { ExactTime } from '../../../components/time/exact-time.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import styles from './job-page.module.css';

export function JobFacts({ job }: { job: WireJob }) {
  return (
    <aside className={styles.facts} aria-label="Facts">
      <dl>
        <Fact name="Id">
          <code title={job.id}>{`${job.id.slice(0, 8)}…${job.id.slice(-4)}`}</code>{' '}
          <CopyButton label="Copy id" text={() => job.id} />
        </Fact>
        <Fact name="Priority">{job.priority}</Fact>
        <Fact name="Submitted by">{job.submittedBy}</Fact>
        <Fact name="Submitted">
          <ExactTime at={job.createdAt} />, <RelativeTime at={job.createdAt} />
        </Fact>
        <Fact name="Host">{job.host ?? <NoValue />}</Fact>
        <Fact name="Attempt">{job.attempt ?? <NoValue />}</Fact>
        <Fact name="Started">
          {job.startedAt === null ? <NoValue /> : <ExactTime at={job.startedAt} />}
        </Fact>
        <Fact name="Ended">
          {job.endedAt === null ? <NoValue /> : <ExactTime at={job.endedAt} />}
        </Fact>
        <Fact name={job.startedAt === null ? 'Waiting for' : 'Running for'}>
          <ElapsedTime from={job.startedAt ?? job.createdAt} until={job.endedAt} />
        </Fact>
      </dl>
    </aside>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
