import { Text } from '@mantine/core';
import { visibleText, type WireAuditEntry } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { Name, NoValue } from '../../../components/name.tsx';
import { nameOfTarget } from './describe-entry.ts';

/** The job, host, user or token of a line, and the reason. A deleted job shows its id. */
export function EntryTarget({ entry }: { entry: WireAuditEntry }) {
  const { jobId, jobName, reason } = entry;
  const target = nameOfTarget(entry);
  const why =
    reason === null ? null : (
      <span title={visibleText(reason)}>
        {' '}
        – <Name of={reason} />
      </span>
    );
  if (jobId !== null)
    return (
      <>
        <Link to="/jobs/$id" params={{ id: jobId }} title={visibleText(jobName ?? jobId)}>
          {jobName === null ? (
            <Text span inherit ff="monospace">
              {jobId.slice(0, 8)}…
            </Text>
          ) : (
            <Name of={jobName} />
          )}
        </Link>
        {why}
      </>
    );
  if (target === null) return why ?? <NoValue />;
  return (
    <>
      {target.kind === 'host' ? (
        <Link to="/hosts" search={{ host: target.name }}>
          <Name of={target.name} />
        </Link>
      ) : (
        <Name of={target.name} />
      )}
      {why}
    </>
  );
}
