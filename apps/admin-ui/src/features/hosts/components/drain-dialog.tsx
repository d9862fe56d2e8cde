import { Button, List, TextInput } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { listHostsOptions } from '../../../api/list-hosts.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';
import { Name } from '../../../components/name.tsx';
import { formatCount } from '../../../components/time/format-time.ts';

type Props = { host: WireHost; onClose: () => void };

/** Says what will follow, then drains a host. Focus starts on the safe button. */
export function DrainDialog({ host, onClose }: Props) {
  const drain = useDrain();
  const [reason, setReason] = useState('');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!drain.isPending) drain.mutate({ name: host.name, reason });
  };
  return (
    <Dialog title={`Drain ${visibleText(host.name)}?`} width={460} onClose={onClose}>
      {drain.isSuccess ? (
        <>
          <p role="status">
            <Name of={host.name} />{' '}
            {drain.data.changed ? 'is drained.' : 'was drained already; nothing has changed.'}
          </p>
          <DialogButtons>
            <Button autoFocus onClick={onClose}>
              Close
            </Button>
          </DialogButtons>
        </>
      ) : (
        <form onSubmit={onSubmit}>
          <Consequences host={host} />
          <TextInput
            label="Reason"
            description="Shown with the host and in the audit. May be left empty."
            maxLength={140}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Failure>{drain.isError && describeFailure(drain.error, 'Not drained.')}</Failure>
          <DialogButtons>
            <Button data-autofocus variant="default" onClick={onClose}>
              Do not drain
            </Button>
            <ActionButton type="submit" aria-disabled={drain.isPending}>
              Drain
            </ActionButton>
          </DialogButtons>
        </form>
      )}
    </Dialog>
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
  const api = useApi();
  const { queryClient, trpc } = api;
  const resume = useMutation(
    trpc.resumeHost.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
    }),
  );
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

/** Drains a host; the list of hosts is read again, also after a refusal. */
function useDrain() {
  const api = useApi();
  const { queryClient, trpc } = api;
  return useMutation(
    trpc.drainHost.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
    }),
  );
}
