import { NativeSelect, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import {
  PASSWORD_LENGTH,
  ROLES,
  type Role,
  visibleText,
  type WireAccount,
} from '@renderdeck/contract';
import { useState } from 'react';
import { fieldFailure } from '../../../api/field-failure.ts';
import { useMe } from '../../../api/me.ts';
import { Name } from '../../../components/name.tsx';
import { useCreateUser, useUpdateUser } from '../api/use-access.ts';
import { ChangeForm } from './change-form.tsx';
import { describeRole, describeRoleChange, ROLE_LABELS } from './describe-role.ts';

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
      fields={['name']}
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
        error={fieldFailure(create.error, 'name')}
        errorProps={{ role: 'alert' }}
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
        description={`At least ${PASSWORD_LENGTH.min} characters. Give it to the user yourself.`}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
    </ChangeForm>
  );
}

/** Says what the user gains and loses, then changes the role. */
export function RoleDialog({ user, onClose }: { user: WireAccount; onClose: () => void }) {
  const update = useUpdateUser();
  const { user: me } = useMe();
  const [role, setRole] = useState(user.role);
  const { gain, loss } = describeRoleChange(user.role, role);
  return (
    <ChangeForm
      title={`Role of ${visibleText(user.name)}`}
      act="Change role"
      isReady={role !== user.role}
      change={update}
      onAct={() => update.mutate({ name: user.name, role }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <NativeSelect
        label="Role"
        data={CHOICES}
        value={role}
        data-autofocus
        onChange={({ currentTarget: { value } }) =>
          setRole(ROLES.find((one) => one === value) ?? user.role)
        }
      />
      <Stack role="status" gap={4} mih={24}>
        {gain !== null && <Text>{gain}</Text>}
        {loss !== null && <Text>{loss}</Text>}
        {role !== user.role && (
          <Text>
            Every session of <Name of={user.name} /> ends at once.
          </Text>
        )}
        {role !== user.role && user.name === me.name && <Text>This is you.</Text>}
      </Stack>
    </ChangeForm>
  );
}
