import { Alert, type AlertProps } from '@mantine/core';
import '@mantine/core/styles/Alert.css';

type Props = AlertProps & {
  role: NonNullable<AlertProps['role']>;
  /** The colour of the frame. */
  frame?: string;
};

/** A text that the user must read before the next step. */
export function Notice({ frame = 'var(--rd-border)', ...props }: Props) {
  return (
    <Alert
      px={12}
      py={8}
      bg="none"
      bd={`1px solid ${frame}`}
      c="var(--rd-text)"
      styles={{ message: { color: 'inherit', fontSize: 'inherit' } }}
      {...props}
    />
  );
}
