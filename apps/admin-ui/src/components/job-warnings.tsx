import { List } from '@mantine/core';

/** What a nexrender job may not do as it says, as the contract has it (`warnOfJob`). */
export function JobWarnings({ of: warnings }: { of: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <List
      aria-label="Warnings"
      size="sm"
      my={12}
      c="var(--rd-unproven)"
      style={{ overflowWrap: 'anywhere' }}
    >
      {warnings.map((warning) => (
        <List.Item key={warning}>{warning}</List.Item>
      ))}
    </List>
  );
}
