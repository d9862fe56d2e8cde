import { Box, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of the page under its heading. */
export function JobSection({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <Box component="section" mb={24}>
      <Title order={2} fz="md" mb={8}>
        {title}
      </Title>
      {children}
    </Box>
  );
}
