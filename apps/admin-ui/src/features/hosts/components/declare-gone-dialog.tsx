/*
 * Declares a host gone, in one dialog: what it means, the name typed again, the reason, the result.
 * Focus starts on the safe button. Nothing is sent until the name is right and a reason is given.
 */
import { Button, List, TextInput } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { useHostsReadAgain } from '../../../api/list-hosts.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';
import { Name } from '../../../components/name.tsx';
import { formatCount } from '../../../components/time/format-time.ts';
import { ExactTime, RelativeTime } from '../../../components/time/times.tsx';

type Props = { host: WireHost; onClose: () => void };

export function DeclareGoneDialog({ host, onClose }: Props) {
  const declare = useDeclareHostGone();
  const result = declare.data;
  return (
    <Dialog title={`Declare ${visibleText(host.name)} gone?`} width={520} onClose={onClose}>
      {result === undefined ? (
        <>
          <Consequences host={host} />
          <GoneForm
            name={host.name}
            busy={declare.isPending}
            onKeep={onClose}
            onDeclare={(confirmName, reason) =>
              declare.mutate({ name: host.name, confirmName, reason })
            }
          />
          <Failure>{declare.isError && describeFailure(declare.error, 'Not declared.')}</Failure>
        </>
      ) : (
        <Declared host={host.name} declared={result.declared} onClose={onClose} />
      )}
    </Dialog>
  );
}

const WRAPS = { overflowWrap: 'anywhere' } as const;

function Consequences({ host: { name, lastHeardAt, openAttempts } }: { host: WireHost }) {
  return (
    <List size="sm" mb={16} style={WRAPS}>
      <List.Item>
        Last heard <ExactTime at={lastHeardAt} />, <RelativeTime at={lastHeardAt} />.
      </List.Item>
      <List.Item>
        {openAttempts === 0
          ? 'No attempt on it waits for a proof.'
          : `${formatCount(openAttempts, 'attempt')} on it may still run, and nothing will prove ` +
            'otherwise. Their receipts will say “Declared gone”, never “Stopped”.'}
      </List.Item>
      <List.Item>
        If <Name of={name} /> comes back and proves that they ended, its proof counts.
      </List.Item>
    </List>
  );
}

type FormProps = {
  name: string;
  busy: boolean;
  onKeep: () => void;
  onDeclare: (confirmName: string, reason: string) => void;
};

function GoneForm({ name, busy, onKeep, onDeclare }: FormProps) {
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const isReady = typed === name && reason.trim() !== '' && !busy;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onDeclare(typed, reason);
  };
  return (
    <form onSubmit={onSubmit}>
      <TextInput
        label="Name of the host"
        description={`Type ${visibleText(name)} to confirm.`}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <TextInput
        label="Reason"
        description="Required. Shown on the receipts and in the audit."
        maxLength={140}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <DialogButtons>
        <Button data-autofocus variant="default" onClick={onKeep}>
          Keep waiting
        </Button>
        <ActionButton type="submit" variant="danger" aria-disabled={!isReady}>
          Declare gone
        </ActionButton>
      </DialogButtons>
    </form>
  );
}

type DeclaredProps = {
  host: string;
  declared: readonly { readonly jobId: string; readonly number: number }[];
  onClose: () => void;
};

function Declared({ host, declared, onClose }: DeclaredProps) {
  return (
    <>
      <p role="status">
        <Name of={host} /> is declared gone.{' '}
        {declared.length === 0
          ? 'No attempt waited for a proof.'
          : `${formatCount(declared.length, 'attempt')} on it count as ended, without a proof:`}
      </p>
      <List size="sm" mb={16} style={WRAPS}>
        {declared.map(({ jobId, number }) => (
          <List.Item key={`${jobId} ${number}`}>
            Attempt {number} of{' '}
            <Link to="/jobs/$id" params={{ id: jobId }} onClick={onClose}>
              job {jobId.slice(0, 8)}
            </Link>
          </List.Item>
        ))}
      </List>
      <DialogButtons>
        <Button data-autofocus autoFocus onClick={onClose}>
          Close
        </Button>
      </DialogButtons>
    </>
  );
}

/** Declares a host gone. */
function useDeclareHostGone() {
  const { trpc } = useApi();
  return useMutation(trpc.declareHostGone.mutationOptions(useHostsReadAgain()));
}
