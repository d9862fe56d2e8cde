import { Button, Checkbox, Stack, TextInput } from '@mantine/core';
import { type InviteHostOutput, joinCommand } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';
import { formatTime } from '../../../components/time/format-time.ts';

type Props = { onClose: () => void };

/** Invites a host, and shows the command for it. Only this answer contains the token. */
export function InviteDialog({ onClose }: Props) {
  const { queryClient, trpc } = useApi();
  const invite = useMutation(
    trpc.inviteHost.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.listInvitations.queryKey() }),
    }),
  );
  const [name, setName] = useState('');
  const [replace, setReplace] = useState(false);
  const isReady = name.trim() !== '' && !invite.isPending;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) invite.mutate({ name: name.trim(), replace });
  };
  if (invite.data !== undefined) return <Invited invited={invite.data} onClose={onClose} />;
  return (
    <Dialog title="Invite a host" width={520} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <Stack gap={12}>
          <TextInput
            label="Name"
            description="The name that the host gets in the farm."
            autoComplete="off"
            data-autofocus
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Checkbox
            label="Also if the host has a login"
            description="Its login then gets a new password, and the present one ends."
            checked={replace}
            onChange={({ currentTarget }) => setReplace(currentTarget.checked)}
          />
          <Failure mt={0}>
            {invite.isError && describeFailure(invite.error, 'Not invited.')}
          </Failure>
          <DialogButtons mt={0}>
            <Button variant="default" onClick={onClose}>
              Keep as it is
            </Button>
            <ActionButton type="submit" aria-disabled={!isReady}>
              Invite
            </ActionButton>
          </DialogButtons>
        </Stack>
      </form>
    </Dialog>
  );
}

function Invited({ invited, onClose }: Props & { invited: InviteHostOutput }) {
  const { name, token, expiresAt, fromElsewhere } = invited;
  const command = joinCommand(window.location.origin, token);
  return (
    <Dialog title={`Invitation of ${name}`} width={520} onClose={onClose}>
      <p role="status">
        Run this once on {name}, until {formatTime(Date.parse(expiresAt))}. It is not shown again.
      </p>
      {!fromElsewhere && (
        <p>
          Only the machine of the server can join: RENDERDECK_HOST_DATABASE_URL is not set there.
        </p>
      )}
      <p>
        <code style={{ overflowWrap: 'anywhere' }}>{command}</code>
      </p>
      <DialogButtons mt={0}>
        <CopyButton label="Copy command" text={() => command} />
        <Button data-autofocus autoFocus onClick={onClose}>
          Close
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
