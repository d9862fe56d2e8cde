import { DataList } from '@mantine/core';
import '@mantine/core/styles/DataList.css';
import { isQueued, isRunning, visibleText, type WireJob } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { JobDetails } from '../../../api/get-job.ts';
import { useHosts } from '../../../api/list-hosts.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { describeOutput, listOutputs } from '../../../components/list-outputs.ts';
import { Name, NoValue } from '../../../components/name.tsx';
import { ElapsedTime, ExactTime, RelativeTime } from '../../../components/time/times.tsx';
import { useJob } from '../../../live/use-job.ts';

const FACTS = {
  item: { padding: '5px 0', borderBottom: '1px solid var(--rd-line)', gap: 0 },
  itemValue: { overflowWrap: 'anywhere' },
} as const;

/** The facts of the job that stay on every tab. Long because: it is one list of facts. */
export function JobFacts({ job, details }: { job: WireJob; details: JobDetails }) {
  const { attempts, template, composition, nexrenderJob } = details;
  const host = useHosts().find(({ name }) => name === job.host);
  const outputs = listOutputs(nexrenderJob);
  const isGivenUp = job.endedAt !== null && isLostUnproven(attempts[0]);
  return (
    <aside aria-label="Facts">
      <DataList gap={0} labelWidth={104} styles={FACTS}>
        <Fact name="Id">
          <code title={job.id}>{`${job.id.slice(0, 8)}…${job.id.slice(-4)}`}</code>{' '}
          <CopyButton label="Copy id" text={() => job.id} />
        </Fact>
        <Fact name="In the API">
          <code>{job.status}</code>
        </Fact>
        <Fact name="Priority">{job.priority}</Fact>
        {job.tags.length > 0 && <Fact name="Tags">{job.tags.map(visibleText).join(', ')}</Fact>}
        <Fact name="Submitted by">
          <Name of={job.submittedBy} />
        </Fact>
        <Fact name="Submitted">
          <ExactTime at={job.createdAt} />, <RelativeTime at={job.createdAt} />
        </Fact>
        {job.rerunOf !== null && (
          <Fact name="From job">
            <JobLink id={job.rerunOf} />
          </Fact>
        )}
        {job.rerunBy.length > 0 && (
          <Fact name="Run again as">
            {job.rerunBy.map((id) => (
              <div key={id}>
                <JobLink id={id} />
              </div>
            ))}
          </Fact>
        )}
        <Fact name="Template">{template === null ? <NoValue /> : <Name of={template} />}</Fact>
        <Fact name="Composition">
          {composition === null ? <NoValue /> : <Name of={composition} />}
        </Fact>
        <Fact name="Output">
          {describeOutput(job.status, attempts)}
          {outputs.map((output) => (
            <div key={output}>
              <Name of={output} />
            </div>
          ))}
        </Fact>
        <Fact name="Attempts">{attempts.length === 0 ? <NoValue /> : attempts.length}</Fact>
        <Fact name="Started">
          {job.startedAt === null ? <NoValue /> : <ExactTime at={job.startedAt} />}
        </Fact>
        <Fact name={isGivenUp ? 'Given up' : 'Ended'}>
          {job.endedAt === null ? <NoValue /> : <ExactTime at={job.endedAt} />}
        </Fact>
        {!isGivenUp && <Time job={job} />}
        {/* What its host runs now. For an ended attempt this is not recorded. */}
        {host !== undefined && isRunning(job.status) && (
          <>
            <Fact name="Agent">Renderdeck {host.version}</Fact>
            <Fact name="After Effects">
              <Name of={host.renderer} />
            </Fact>
          </>
        )}
      </DataList>
    </aside>
  );
}

/** Nobody knows whether the last attempt has ended, so its end and duration are not shown. */
function isLostUnproven(newest: JobDetails['attempts'][number] | undefined): boolean {
  return newest?.outcome === 'lost' && newest.confirmedAt === null;
}

/** How long the job waits, runs or took. Nothing for a job that ended before it started. */
function Time({ job: { status, createdAt, startedAt, endedAt } }: { job: WireJob }) {
  if (isQueued(status))
    return (
      <Fact name="Waiting for">
        <ElapsedTime from={createdAt} />
      </Fact>
    );
  if (startedAt === null) return null;
  return (
    <Fact name={endedAt === null ? 'Running for' : 'Took'}>
      <ElapsedTime from={startedAt} until={endedAt} />
    </Fact>
  );
}

/** A link to another job: its name if the page knows it, and its id. */
function JobLink({ id }: { id: string }) {
  const job = useJob(id);
  return (
    <Link to="/jobs/$id" params={{ id }} title={id}>
      {job !== undefined && (
        <>
          <Name of={job.name} />,{' '}
        </>
      )}
      {`${id.slice(0, 8)}…${id.slice(-4)}`}
    </Link>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{name}</DataList.ItemLabel>
      <DataList.ItemValue>{children}</DataList.ItemValue>
    </DataList.Item>
  );
}
