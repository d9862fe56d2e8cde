import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { title: string; width: number; onClose: (() => void) | null; children: ReactNode };

/**
 * A dialog in the top third of the window. Focus goes to the element with `data-autofocus` and stays inside; Esc closes. Where focus goes
 * afterwards is its opener's matter: the row it came from may be gone. Without `onClose` there is no way out but through.
 */
export function Dialog({ title, width, onClose, children }: Props) {
  return (
    <Modal
      opened
      onClose={onClose ?? stay}
      title={title}
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

function stay(): void {}
