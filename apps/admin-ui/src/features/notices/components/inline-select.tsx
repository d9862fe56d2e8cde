import { NativeSelect, type NativeSelectProps } from '@mantine/core';

/** A choice with its label before it, on one line. */
export function InlineSelect(props: NativeSelectProps) {
  return (
    <NativeSelect
      size="xs"
      styles={{
        root: { display: 'inline-flex', alignItems: 'center', gap: 6 },
        label: { fontSize: 'inherit', fontWeight: 400 },
        input: { fontSize: 'inherit' },
      }}
      {...props}
    />
  );
}
