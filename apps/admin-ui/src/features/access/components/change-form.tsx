import { Button, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { describeFailure } from '../../../api/describe-failure.ts';
import { fieldFailure } from '../../../api/field-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';

type Props = {
  title: string;
  act: string;
  isReady: boolean;
  change: { readonly isPending: boolean; readonly error: unknown };
  onAct: () => void;
  onClose: () => void;
  /** The fields that show by themselves why the server refused them. */
  fields?: readonly string[];
  children: ReactNode;
};

/** A dialog with fields. It sends them when they are valid. After a refusal the texts stay. */
export function ChangeForm(props: Props) {
  const { title, act, isReady, change, onAct, onClose, fields = [], children } = props;
  const { error } = change;
  const isGeneral = error !== null && fields.every((field) => fieldFailure(error, field) === null);
  const mayAct = isReady && !change.isPending;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (mayAct) onAct();
  };
  return (
    <Dialog title={title} width={460} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <Stack gap={12}>
          {children}
          <Failure mt={0}>{isGeneral && describeFailure(change.error, 'Not done.')}</Failure>
          <DialogButtons mt={0}>
            <Button variant="default" onClick={onClose}>
              Keep as it is
            </Button>
            <ActionButton type="submit" aria-disabled={!mayAct}>
              {act}
            </ActionButton>
          </DialogButtons>
        </Stack>
      </form>
    </Dialog>
  );
}
