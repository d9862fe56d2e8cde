import { Button, List, TextInput } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { listHostsOptions } from '../../../api/list-hosts.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';
import { formatCount } from '../../../components/time/format-time.ts';

type Props = { host: WireHost; onClose: () => void };

/** Says what will follow, then ends the login of a host. Focus starts on the safe button. */
export function EndLoginDialog({ host, onClose }: Props) {
  const end = useEndLogin();
  const [reason, setReason] = useState('');
  const isReady = reason.trim() !== '' && !end.isPending;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) end.mutate({ name: host.name, reason });
  };
  return (
    <Dialog title={`End the login of ${visibleText(host.name)}?`} width={520} onClose={onClose}>
      {end.isSuccess ? (
        <>
          <p role="status">The login {end.data.login} has ended.</p>
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
            description="Required. Kept in the audit."
            maxLength={140}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Failure>{end.isError && describeFailure(end.error, 'Not ended.')}</Failure>
          <DialogButtons>
            <Button data-autofocus variant="default" onClick={onClose}>
              Keep the login
            </Button>
            <ActionButton type="submit" aria-disabled={!isReady}>
              End login
            </ActionButton>
          </DialogButtons>
        </form>
      )}
    </Dialog>
  );
}

function Consequences({ host: { databaseLogin, openAttempts } }: Pick<Props, 'host'>) {
  return (
    <List size="sm" mb={16} style={{ overflowWrap: 'anywhere' }}>
      <List.Item>
        {databaseLogin} cannot sign in any more, and its open connections lose all rights: the host
        gets no job and publishes nothing.
      </List.Item>
      <List.Item>
        {openAttempts === 0
          ? 'No attempt on it waits for a proof.'
          : `${formatCount(openAttempts, 'attempt')} on it may still run. Nothing can prove ` +
            'their end: declare the host gone when you know it.'}
      </List.Item>
      <List.Item>It may join again only with a new invitation.</List.Item>
    </List>
  );
}

/** Ends the login of a host; the list of hosts is read again, also after a refusal. */
function useEndLogin() {
  const api = useApi();
  const { queryClient, trpc } = api;
  return useMutation(
    trpc.revokeHostLogin.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
    }),
  );
}
