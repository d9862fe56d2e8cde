/*
 * Declares a host gone, in one dialog: what it means, the name typed again, the reason, the result.
 * Focus starts on the safe button. Nothing is sent until the name is right and a reason is given.
 */
import { Button, TextInput } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { listHostsOptions } from '../../../api/list-hosts.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Name } from '../../../components/name.tsx';
import { formatCount } from '../../../components/time/format-time.ts';
import { ExactTime, RelativeTime } from '../../../components/time/times.tsx';
import styles from './hosts-page.module.css';

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
          <p role="alert" className={styles.error}>
            {declare.isError && describeFailure(declare.error, 'Not declared.')}
          </p>
        </>
      ) : (
        <Declared host={host.name} declared={result.declared} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Consequences({ host: { name, lastHeardAt, openAttempts } }: { host: WireHost }) {
  return (
    <ul className={styles.consequences}>
      <li>
        Last heard <ExactTime at={lastHeardAt} />, <RelativeTime at={lastHeardAt} />.
      </li>
      <li>
        {openAttempts === 0
          ? 'No attempt on it waits for a proof.'
          : `${formatCount(openAttempts, 'attempt')} on it may still run, and nothing will prove ` +
            'otherwise. Their receipts will say “Declared gone”, never “Stopped”.'}
      </li>
      <li>
        If <Name of={name} /> comes back and proves that they ended, its proof counts.
      </li>
    </ul>
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
        description="Needed. Shown on the receipts and in the audit."
        maxLength={140}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={styles.buttons}>
        <Button data-autofocus variant="default" onClick={onKeep}>
          Keep waiting
        </Button>
        <ActionButton type="submit" className="danger" aria-disabled={!isReady}>
          Declare gone
        </ActionButton>
      </div>
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
      <ul className={styles.declared}>
        {declared.map(({ jobId, number }) => (
          <li key={`${jobId} ${number}`}>
            Attempt {number} of{' '}
            <Link to="/jobs/$id" params={{ id: jobId }} onClick={onClose}>
              job {jobId.slice(0, 8)}
            </Link>
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        <Button data-autofocus autoFocus onClick={onClose}>
          Close
        </Button>
      </div>
    </>
  );
}

/** Declares a host gone; the list of hosts is read again, also after a refusal. */
function useDeclareHostGone() {
  const api = useApi();
  const { queryClient, trpc } = api;
  return useMutation(
    trpc.declareHostGone.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: listHostsOptions(api).queryKey }),
    }),
  );
}
