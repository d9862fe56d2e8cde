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

/** Says what will follow, then hands the name of a host over. Focus starts on the safe button. */
export function HandOverDialog({ host, onClose }: Props) {
  const handOver = useHandOver();
  const [reason, setReason] = useState('');
  const isReady = reason.trim() !== '' && !handOver.isPending;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) handOver.mutate({ name: host.name, reason });
  };
  return (
    <Dialog title={`Hand the name ${visibleText(host.name)} over?`} width={520} onClose={onClose}>
      {handOver.isSuccess ? (
        <>
          <p role="status">
            <Name of={host.name} /> is handed over. The next host that registers may take it.
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
            description="Required. Shown with the open attempts and in the audit."
            maxLength={140}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Failure>
            {handOver.isError && describeFailure(handOver.error, 'Not handed over.')}
          </Failure>
          <DialogButtons>
            <Button data-autofocus variant="default" onClick={onClose}>
              Keep the name
            </Button>
            <ActionButton type="submit" aria-disabled={!isReady}>
              Hand over
            </ActionButton>
          </DialogButtons>
        </form>
      )}
    </Dialog>
  );
}

function Consequences({ host: { name, openAttempts, ...login } }: Pick<Props, 'host'>) {
  return (
    <List size="sm" mb={16} style={{ overflowWrap: 'anywhere' }}>
      <List.Item>
        The next host that registers with the name <Name of={name} /> gets it. Until then nothing
        changes.
      </List.Item>
      <List.Item>
        {openAttempts === 0
          ? 'No attempt on it waits for a proof.'
          : `${formatCount(openAttempts, 'attempt')} on it may still run. The next host cannot ` +
            'prove their end; only this machine can, with any name.'}
      </List.Item>
      {login.databaseLogin !== null && !login.loginEnded && (
        <List.Item>
          Its database login {login.databaseLogin} keeps the name; give the name another login too.
        </List.Item>
      )}
    </List>
  );
}

/** Hands the name of a host over; the list of hosts is read again, also after a refusal. */
function useHandOver() {
  const api = useApi();
  const { queryClient, trpc } = api;
  return useMutation(
    trpc.releaseHost.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
    }),
  );
}
