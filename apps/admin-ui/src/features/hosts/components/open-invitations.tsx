import { Group, Stack } from '@mantine/core';
import { visibleText, type WireInvitation } from '@renderdeck/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { useMe } from '../../../api/me.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Failure } from '../../../components/dialog.tsx';
import { Name } from '../../../components/name.tsx';
import { DayTime } from '../../../components/time/times.tsx';

const REFETCH_MS = 15_000;

/** For admins: the invitations with which a machine may still join, and a way to end each. */
export function OpenInvitations() {
  const { trpc } = useApi();
  const enabled = useMe().can.access;
  const { data } = useQuery(
    trpc.listInvitations.queryOptions(undefined, { enabled, refetchInterval: REFETCH_MS }),
  );
  if (!enabled || data === undefined || data.invitations.length === 0) return null;
  return (
    <Stack component="section" aria-label="Open invitations" gap={4} my={8}>
      {data.invitations.map((invitation) => (
        <OpenInvitation
          key={`${invitation.name} ${invitation.invitedAt}`}
          invitation={invitation}
        />
      ))}
    </Stack>
  );
}

function OpenInvitation({ invitation }: { invitation: WireInvitation }) {
  const { name, invitedBy, expiresAt } = invitation;
  const withdraw = useWithdraw();
  return (
    <Group gap={12}>
      <span>
        <Name of={name} /> may join until <DayTime at={expiresAt} />, invited by{' '}
        <Name of={invitedBy} />.
      </span>
      <ActionButton
        size="compact-xs"
        variant="default"
        aria-label={`Withdraw: ${visibleText(name)}`}
        aria-disabled={withdraw.isPending}
        onClick={() => {
          if (!withdraw.isPending) withdraw.mutate({ name });
        }}
      >
        Withdraw
      </ActionButton>
      {withdraw.isError && (
        <Failure role="status" flex="1 0 100%">
          {describeFailure(withdraw.error, 'Not withdrawn.')}
        </Failure>
      )}
    </Group>
  );
}

/** Withdraws an invitation; the list is read again, also after a refusal. */
function useWithdraw() {
  const { queryClient, trpc } = useApi();
  return useMutation(
    trpc.withdrawInvitation.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.listInvitations.queryKey() }),
    }),
  );
}
