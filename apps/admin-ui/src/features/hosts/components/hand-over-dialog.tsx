import { List } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { useHostsReadAgain } from '../../../api/list-hosts.ts';
import { Name } from '../../../components/name.tsx';
import { formatCount } from '../../../components/time/format-time.ts';
import { HostActDialog } from './host-act-dialog.tsx';

type Props = { host: WireHost; onClose: () => void };

/** Hands the name of a host over. */
export function HandOverDialog({ host, onClose }: Props) {
  return (
    <HostActDialog
      name={host.name}
      act={useHandOver()}
      title={`Hand the name ${visibleText(host.name)} over?`}
      width={520}
      reason={{
        description: 'Required. Shown with the open attempts and in the audit.',
        isRequired: true,
      }}
      words={{ act: 'Hand over', keep: 'Keep the name', failed: 'Not handed over.' }}
      done={() => (
        <>
          <Name of={host.name} /> is handed over. The next host that registers may take it.
        </>
      )}
      onClose={onClose}
    >
      <Consequences host={host} />
    </HostActDialog>
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

/** Hands the name of a host over. */
function useHandOver() {
  const { trpc } = useApi();
  return useMutation(trpc.releaseHost.mutationOptions(useHostsReadAgain()));
}
