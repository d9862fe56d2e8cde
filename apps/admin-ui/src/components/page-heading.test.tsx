import { MantineProvider, Modal } from '@mantine/core';
import { render, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { PageHeading } from './page-heading.tsx';

function Page({ isLoaded, isOpen }: { isLoaded: boolean; isOpen: boolean }) {
  return (
    <MantineProvider>
      {isLoaded && <PageHeading title="Hosts" />}
      <Modal opened={isOpen} onClose={() => undefined} transitionProps={{ duration: 0 }}>
        <input aria-label="Password" data-autofocus />
      </Modal>
    </MantineProvider>
  );
}

it('a page that opens late leaves the focus in an open dialog; otherwise it takes it', async () => {
  const { rerender, unmount } = render(<Page isLoaded={false} isOpen />);
  const field = await screen.findByRole('textbox', { name: 'Password' });
  await waitFor(() => expect(document.activeElement).toBe(field));
  rerender(<Page isLoaded isOpen />);
  expect(screen.getByText('Hosts')).not.toBeNull();
  expect(document.activeElement).toBe(field);
  unmount();
  render(<Page isLoaded isOpen={false} />);
  expect(document.activeElement?.textContent).toBe('Hosts');
});
