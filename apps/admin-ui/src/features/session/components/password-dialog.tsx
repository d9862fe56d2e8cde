import { Button, PasswordInput, Stack } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import { PASSWORD_LENGTH } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, Failure } from '../../../components/dialog.tsx';

/** Changes one's own password; the dialog stays and says what was done. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const change = useChangePassword();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const isWrong = problemOf(change.error)?.code === 'wrong_password';
  const isReady = current !== '' && next.length >= PASSWORD_LENGTH.min && !change.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) change.mutate({ current, next });
  };
  if (change.isSuccess)
    return (
      <Dialog title="Change password" width={400} onClose={onClose}>
        <p role="status">Password changed. Your other sessions have ended.</p>
        <Button autoFocus onClick={onClose}>
          Close
        </Button>
      </Dialog>
    );
  return (
    <Dialog title="Change password" width={400} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            data-autofocus
            visibilityToggleButtonProps={{ 'aria-label': 'Show present password' }}
            value={current}
            error={isWrong && 'The present password is wrong.'}
            errorProps={{ role: 'alert' }}
            onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description={`At least ${PASSWORD_LENGTH.min} characters.`}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show new password' }}
            value={next}
            onChange={({ currentTarget }) => setNext(currentTarget.value)}
          />
          <Failure size="md" mt={0}>
            {change.error !== null && !isWrong && describeRefusal(change.error)}
          </Failure>
          <ActionButton type="submit" aria-disabled={!isReady}>
            Change password
          </ActionButton>
        </Stack>
      </form>
    </Dialog>
  );
}

function describeRefusal(error: unknown): string {
  const problem = problemOf(error);
  const seconds = problem?.facts.retryAfterSeconds;
  return problem?.code === 'too_many_requests' && typeof seconds === 'number'
    ? `Try again in ${seconds} s.`
    : describeFailure(error, 'Not changed.');
}

/** Changes one's own password. This session stays; the others of the user end. */
function useChangePassword() {
  const { trpc } = useApi();
  return useMutation(trpc.changePassword.mutationOptions());
}
