import { Modal } from '@mantine/core';
import { visibleText } from '@renderdeck/contract';
import type { ReactNode } from 'react';

type Props = { title: string; width: number; onClose: (() => void) | null; children: ReactNode };

/**
 * A modal dialog. Focus moves to the element with `data-autofocus`; the opener restores focus.
 * With `onClose` null the dialog cannot be closed.
 */
export function Dialog({ title, width, onClose, children }: Props) {
  return (
    <Modal
      opened
      onClose={onClose ?? doNothing}
      title={visibleText(title)}
      size={width}
      withCloseButton={onClose !== null}
      closeOnEscape={onClose !== null}
      yOffset="12vh"
      returnFocus={false}
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      attributes={{ header: { role: 'none' } }}
    >
      {children}
    </Modal>
  );
}

function doNothing(): void {}
