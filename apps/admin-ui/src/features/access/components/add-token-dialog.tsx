import { Button, NativeSelect, TextInput } from '@mantine/core';
import { ROLES, type Role } from '@renderdeck/contract';
import { useState } from 'react';
import { fieldFailure } from '../../../api/field-failure.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Dialog, DialogButtons } from '../../../components/dialog.tsx';
import { useCreateToken } from '../api/use-access.ts';
import { ChangeForm } from './change-form.tsx';
import { describeRole, ROLE_LABELS } from './describe-role.ts';

const CHOICES = ROLES.map((role) => ({ value: role, label: ROLE_LABELS[role] }));
const LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'Never' },
];

/** Makes a token, and shows its secret in the same dialog. Only this answer contains the secret. */
export function AddTokenDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateToken();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState('90');
  if (create.data !== undefined)
    return <Secret name={create.data.token.name} secret={create.data.secret} onClose={onClose} />;
  const life = days === '' ? {} : { expiresInDays: Number(days) };
  return (
    <ChangeForm
      title="Make token"
      act="Make"
      isReady={name.trim() !== ''}
      change={create}
      fields={['name']}
      onAct={() => create.mutate({ name, role, ...life })}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="What it is for. The audit shows it."
        autoComplete="off"
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
      <NativeSelect
        label="Expires"
        data={LIVES}
        value={days}
        onChange={({ currentTarget: { value } }) => setDays(value)}
      />
    </ChangeForm>
  );
}

function Secret({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <Dialog title={`Token ${name}`} width={520} onClose={onClose}>
      <p role="status">Copy it now. It is not shown again.</p>
      <p>
        <code style={{ overflowWrap: 'anywhere' }}>{secret}</code>
      </p>
      <DialogButtons mt={0}>
        <CopyButton label="Copy token" text={() => secret} />
        <Button data-autofocus autoFocus onClick={onClose}>
          Close
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
