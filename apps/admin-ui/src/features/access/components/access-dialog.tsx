import { Button, PasswordInput, Text } from '@mantine/core';
import {
  PASSWORD_LENGTH,
  visibleText,
  type WireAccount,
  type WireSession,
  type WireToken,
} from '@renderdeck/contract';
import { useState } from 'react';
import { describeFailure } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';
import { Name } from '../../../components/name.tsx';
import { useRevokeSession, useRevokeToken, useUpdateUser } from '../api/use-access.ts';
import { AddTokenDialog } from './add-token-dialog.tsx';
import { ChangeForm } from './change-form.tsx';
import { AddUserDialog, RoleDialog } from './user-dialogs.tsx';

/** Which dialog to open about whom, and the element that gets focus back. */
export type AccessRequest = { readonly opener: HTMLElement } & (
  | { readonly dialog: 'addUser' | 'addToken' }
  | { readonly dialog: 'role' | 'password' | 'signIn'; readonly user: WireAccount }
  | { readonly dialog: 'revokeToken'; readonly token: WireToken }
  | { readonly dialog: 'endSession'; readonly session: WireSession }
);
export type AskAccess = (request: AccessRequest) => void;

export function AccessDialog({
  request,
  onClose,
}: {
  request: AccessRequest;
  onClose: () => void;
}) {
  switch (request.dialog) {
    case 'addUser':
      return <AddUserDialog onClose={onClose} />;
    case 'addToken':
      return <AddTokenDialog onClose={onClose} />;
    case 'role':
      return <RoleDialog user={request.user} onClose={onClose} />;
    case 'password':
      return <SetPasswordDialog user={request.user} onClose={onClose} />;
    case 'signIn':
      return <SignInDialog user={request.user} onClose={onClose} />;
    case 'revokeToken':
      return <RevokeTokenDialog token={request.token} onClose={onClose} />;
    case 'endSession':
      return <EndSessionDialog session={request.session} onClose={onClose} />;
  }
}

function SignInDialog({ user, onClose }: { user: WireAccount; onClose: () => void }) {
  const update = useUpdateUser();
  const { name, disabled } = user;
  return (
    <ConfirmDialog
      title={disabled ? `Let ${name} sign in again?` : `Disable ${name}?`}
      facts={
        disabled
          ? [`${name} signs in with the password as before.`]
          : [`${name} may not sign in any more.`, 'Every session of this user ends at once.']
      }
      keep={disabled ? 'Keep disabled' : 'Keep enabled'}
      act={disabled ? 'Enable' : 'Disable'}
      isDanger={!disabled}
      change={update}
      onAct={() => update.mutate({ name, disabled: !disabled }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function RevokeTokenDialog({ token, onClose }: { token: WireToken; onClose: () => void }) {
  const revoke = useRevokeToken();
  return (
    <ConfirmDialog
      title={`Revoke ${visibleText(token.name)}?`}
      facts={['Programs that use it are refused at once. You cannot undo this.']}
      keep="Keep token"
      act="Revoke"
      isDanger
      change={revoke}
      onAct={() => revoke.mutate({ name: token.name }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function EndSessionDialog({ session, onClose }: { session: WireSession; onClose: () => void }) {
  const revoke = useRevokeSession();
  return (
    <ConfirmDialog
      title={`End this session of ${session.user}?`}
      facts={[
        `It is from ${session.address ?? 'an unknown address'}. It ends at once.`,
        `${session.user} may sign in again.`,
      ]}
      keep="Keep session"
      act="End session"
      isDanger
      change={revoke}
      onAct={() => revoke.mutate({ id: session.id }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

/** Sets the password of another user, such as of one who lost it. */
function SetPasswordDialog({ user, onClose }: { user: WireAccount; onClose: () => void }) {
  const update = useUpdateUser();
  const [password, setPassword] = useState('');
  return (
    <ChangeForm
      title={`New password for ${visibleText(user.name)}`}
      act="Set password"
      isReady={password.length >= PASSWORD_LENGTH.min}
      change={update}
      onAct={() => update.mutate({ name: user.name, password }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <PasswordInput
        label="New password"
        description={`At least ${PASSWORD_LENGTH.min} characters. Give it to the user yourself.`}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
        data-autofocus
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Text>
        Every session of <Name of={user.name} /> ends at once.
      </Text>
    </ChangeForm>
  );
}

type Props = {
  title: string;
  /** What will happen, one sentence each. */
  facts: readonly string[];
  keep: string;
  act: string;
  isDanger: boolean;
  change: { readonly isPending: boolean; readonly error: unknown };
  onAct: () => void;
  onClose: () => void;
};

/** Asks before a change of access. Focus starts on the button that changes nothing. */
function ConfirmDialog(props: Props) {
  const { title, facts, keep, act, isDanger, change, onAct, onClose } = props;
  return (
    <Dialog title={title} width={460} onClose={onClose}>
      {facts.map((fact) => (
        <p key={fact}>{visibleText(fact)}</p>
      ))}
      <Failure>{change.error !== null && describeFailure(change.error, 'Not done.')}</Failure>
      <DialogButtons mt={0}>
        <Button data-autofocus variant="default" onClick={onClose}>
          {keep}
        </Button>
        <ActionButton
          variant={isDanger ? 'danger' : 'filled'}
          aria-disabled={change.isPending}
          onClick={() => {
            if (!change.isPending) onAct();
          }}
        >
          {act}
        </ActionButton>
      </DialogButtons>
    </Dialog>
  );
}
