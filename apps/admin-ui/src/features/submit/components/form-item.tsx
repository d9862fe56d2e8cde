import { Fieldset, Stack } from '@mantine/core';
import '@mantine/core/styles/Fieldset.css';
import type { ReactNode } from 'react';

/** The fields of one part of the job, in a frame with its name. The last child is its button. */
export function FormItem({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <Fieldset
      legend={legend}
      m={0}
      miw={0}
      p="8px 12px 12px"
      bd="1px solid var(--rd-line)"
      bg="none"
      styles={{ legend: { fontSize: 'inherit' } }}
    >
      <Stack gap={8}>{children}</Stack>
    </Fieldset>
  );
}
