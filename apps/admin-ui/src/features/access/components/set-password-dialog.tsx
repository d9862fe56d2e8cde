import { PasswordInput } from '@mantine/core';
import { PASSWORD_LENGTH, visibleText, type WireAccount } from '@renderdeck/contract';
import { useState } from 'react';
import { Name } from '../../../components/name.tsx';
import { useUpdateUser } from '../api/use-access.ts';
import { ChangeForm } from './change-form.tsx';

/** Sets the password of another user, such as of one who lost it. */
export function SetPasswordDialog({ user, onClose }: { user: WireAccount; onClose: () => void }) {
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
        description={`At least ${PASSWORD_LENGTH.min} characters. Tell it to the user yourself.`}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
        data-autofocus
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <p>
        Every session of <Name of={user.name} /> ends at once.
      </p>
    </ChangeForm>
  );
}
