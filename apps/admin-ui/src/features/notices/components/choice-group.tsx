import { Stack } from '@mantine/core';
import '@mantine/core/styles/Checkbox.css';
import type { ReactNode } from 'react';
import styles from './notices-page.module.css';

/** Check boxes under one legend. */
export function ChoiceGroup({ legend, children }: { legend: ReactNode; children: ReactNode }) {
  return (
    <fieldset className={styles.choices}>
      <legend>{legend}</legend>
      <Stack gap={4}>{children}</Stack>
    </fieldset>
  );
}
