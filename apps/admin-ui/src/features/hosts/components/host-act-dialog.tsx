import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { describeFailure } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';

/** A mutation with the name of a host and a reason. */
type Act<Done> = {
  readonly mutate: (input: { name: string; reason: string }) => void;
  readonly isPending: boolean;
  readonly data: Done | undefined;
  readonly error: unknown;
};
type Props<Done> = {
  name: string;
  act: Act<Done>;
  title: string;
  width: number;
  /** What will follow. */
  children: ReactNode;
  reason: { description: string; isRequired: boolean };
  /** The button that does it, the safe button, and the first words of a failure. */
  words: { act: string; keep: string; failed: string };
  done: (data: Done) => ReactNode;
  onClose: () => void;
};

/**
 * Says what will follow, asks for a reason, acts on a host, and says what was done. Focus starts
 * on the safe button.
 */
export function HostActDialog<Done>({ act, title, width, done, onClose, ...form }: Props<Done>) {
  return (
    <Dialog title={title} width={width} onClose={onClose}>
      {act.data !== undefined ? (
        <>
          <p role="status">{done(act.data)}</p>
          <DialogButtons>
            <Button autoFocus onClick={onClose}>
              Close
            </Button>
          </DialogButtons>
        </>
      ) : (
        <Question act={act} onClose={onClose} {...form} />
      )}
    </Dialog>
  );
}

function Question<Done>({
  name,
  act,
  reason: { description, isRequired },
  words,
  children,
  onClose,
}: Omit<Props<Done>, 'title' | 'width' | 'done'>) {
  const [reason, setReason] = useState('');
  const isReady = !act.isPending && (!isRequired || reason.trim() !== '');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) act.mutate({ name, reason });
  };
  return (
    <form onSubmit={onSubmit}>
      {children}
      <TextInput
        label="Reason"
        description={description}
        maxLength={140}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Failure>{act.error !== null && describeFailure(act.error, words.failed)}</Failure>
      <DialogButtons>
        <Button data-autofocus variant="default" onClick={onClose}>
          {words.keep}
        </Button>
        <ActionButton type="submit" aria-disabled={!isReady}>
          {words.act}
        </ActionButton>
      </DialogButtons>
    </form>
  );
}
