import { Paper, type PaperProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** A line over the page, or a list, about its own state: the connection, the session, no host. */
export function Strip(props: PaperProps & { children: ReactNode }) {
  return (
    <Paper
      component="p"
      mt={0}
      mx={0}
      mb={12}
      px={12}
      py={6}
      bd="1px solid var(--rd-stopping)"
      {...props}
    />
  );
}
