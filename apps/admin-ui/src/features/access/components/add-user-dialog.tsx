import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { PASSWORD_LENGTH, ROLES, type Role } from '@renderdeck/contract';
import { useState } from 'react';
import { useCreateUser } from '../api/use-access.ts';
import { ChangeForm } from './change-form.tsx';
import { describeRole, ROLE_LABELS } from './describe-role.ts';

const CHOICES = ROLES.map((role) => ({ value: role, label: ROLE_LABELS[role] }));

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateUser();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [password, setPassword] = useState('');
  return (
    <ChangeForm
      title="Add user"
      act="Add"
      isReady={name.trim() !== '' && password.length >= PASSWORD_LENGTH.min}
      change={create}
      onAct={() => create.mutate({ name, role, password }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <NativeSelect
        label="Role"
        description={describeRole(role)}
        data={CHOICES}
        value={role}
        onChange={({ currentTarget: { value } }) =>
          setRole(ROLES.find((one) => one === value) ?? role)
        }
      />
      <PasswordInput
        label="Password"
        description={`At least ${PASSWORD_LENGTH.min} characters. Tell it to the user yourself.`}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
    </ChangeForm>
  );
}
