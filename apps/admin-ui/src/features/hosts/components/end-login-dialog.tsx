import { List } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { useHostsReadAgain } from '../../../api/list-hosts.ts';
import { formatCount } from '../../../components/time/format-time.ts';
import { HostActDialog } from './host-act-dialog.tsx';

type Props = { host: WireHost; onClose: () => void };

/** Ends the login of a host. */
export function EndLoginDialog({ host, onClose }: Props) {
  return (
    <HostActDialog
      name={host.name}
      act={useEndLogin()}
      title={`End the login of ${visibleText(host.name)}?`}
      width={520}
      reason={{ description: 'Required. Kept in the audit.', isRequired: true }}
      words={{ act: 'End login', keep: 'Keep the login', failed: 'Not ended.' }}
      done={({ login }) => `The login ${login} has ended.`}
      onClose={onClose}
    >
      <Consequences host={host} />
    </HostActDialog>
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

/** Ends the login of a host. */
function useEndLogin() {
  const { trpc } = useApi();
  return useMutation(trpc.revokeHostLogin.mutationOptions(useHostsReadAgain()));
}
