import { Group, type GroupProps, Modal, Text, type TextProps } from '@mantine/core';
import { visibleText } from '@renderdeck/contract';
import { type AriaRole, type ReactNode, type RefObject, useEffect } from 'react';
import { useBackCloses } from './use-back-closes.ts';

type Props = { title: string; width: number; onClose: (() => void) | null; children: ReactNode };

/**
 * A modal dialog, which Escape and "Back" close. Focus moves to the element with
 * `data-autofocus`; the opener restores focus.
 * With `onClose` null the dialog cannot be closed.
 */
export function Dialog({ title, width, onClose, children }: Props) {
  useBackCloses(onClose);
  return (
    <Modal
      opened
      onClose={onClose ?? doNothing}
      title={visibleText(title)}
      size={width}
      withCloseButton={onClose !== null}
      closeOnEscape={onClose !== null}
      yOffset="12vh"
      closeOnClickOutside={false}
    >
      {children}
    </Modal>
  );
}

function doNothing(): void {}

/** The buttons at the end of a dialog: the safe one first. */
export function DialogButtons(props: GroupProps) {
  return <Group justify="flex-end" gap={12} mt={16} {...props} />;
}

/** Moves focus to the field at which a refusal stands, so that it is read aloud with the field. */
export function useFocusAtRefusal(field: RefObject<HTMLElement | null>, error: unknown): void {
  useEffect(() => {
    if (error !== null) field.current?.focus();
  }, [field, error]);
}

type FailureProps = TextProps & { role?: AriaRole; children: ReactNode };

/** Why an action failed. Its line is there before it has a text, so the layout does not jump. */
export function Failure(props: FailureProps) {
  return <Text role="alert" size="sm" c="var(--rd-error)" mih={20} mt={8} {...props} />;
}
