import {
  visibleText,
  type WireAccount,
  type WireSession,
  type WireToken,
} from '@renderdeck/contract';
import { useRevokeSession, useRevokeToken, useUpdateUser } from '../api/use-access.ts';
import { AddTokenDialog } from './add-token-dialog.tsx';
import { AddUserDialog } from './add-user-dialog.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';
import { SetPasswordDialog } from './set-password-dialog.tsx';

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
      facts={['Programs that use it are refused at once. It cannot be brought back.']}
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
