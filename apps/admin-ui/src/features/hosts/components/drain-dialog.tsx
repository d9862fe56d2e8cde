import { List } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { useHostsReadAgain } from '../../../api/list-hosts.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Failure } from '../../../components/dialog.tsx';
import { Name } from '../../../components/name.tsx';
import { formatCount } from '../../../components/time/format-time.ts';
import { HostActDialog } from './host-act-dialog.tsx';

type Props = { host: WireHost; onClose: () => void };

/** Drains a host. */
export function DrainDialog({ host, onClose }: Props) {
  return (
    <HostActDialog
      name={host.name}
      act={useDrain()}
      title={`Drain ${visibleText(host.name)}?`}
      width={460}
      reason={{
        description: 'Shown with the host and in the audit. May be left empty.',
        isRequired: false,
      }}
      words={{ act: 'Drain', keep: 'Do not drain', failed: 'Not drained.' }}
      done={({ changed }) => (
        <>
          <Name of={host.name} />{' '}
          {changed ? 'is drained.' : 'was drained already; nothing has changed.'}
        </>
      )}
      onClose={onClose}
    >
      <Consequences host={host} />
    </HostActDialog>
  );
}

function Consequences({ host: { jobs } }: Pick<Props, 'host'>) {
  return (
    <List size="sm" mb={16} style={{ overflowWrap: 'anywhere' }}>
      <List.Item>
        {jobs.length === 0
          ? 'It renders nothing now.'
          : `It ends the ${formatCount(jobs.length, 'job')} that it renders. Nothing is stopped.`}
      </List.Item>
      <List.Item>It takes no further job, also after a restart of its worker or machine.</List.Item>
      <List.Item>It takes jobs again when somebody presses “Take jobs again” here.</List.Item>
    </List>
  );
}

/** The button that ends the drain of a host. */
export function ResumeButton({ host: { name } }: { host: WireHost }) {
  const { trpc } = useApi();
  const resume = useMutation(trpc.resumeHost.mutationOptions(useHostsReadAgain()));
  return (
    <>
      <ActionButton
        size="xs"
        aria-label={`Take jobs again: ${visibleText(name)}`}
        aria-disabled={resume.isPending}
        onClick={() => {
          if (!resume.isPending) resume.mutate({ name });
        }}
      >
        Take jobs again
      </ActionButton>
      {resume.isError && (
        <Failure role="status" flex="1 0 100%">
          {describeFailure(resume.error, 'Not changed.')}
        </Failure>
      )}
    </>
  );
}

/** Drains a host. */
function useDrain() {
  const { trpc } = useApi();
  return useMutation(trpc.drainHost.mutationOptions(useHostsReadAgain()));
}
