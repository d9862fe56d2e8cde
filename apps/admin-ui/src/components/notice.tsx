import { Alert, type AlertProps } from '@mantine/core';
import '@mantine/core/styles/Alert.css';

type Props = AlertProps & Required<Pick<AlertProps, 'role'>>;

/** What a person must read before going on, in a frame of the colour `c`. */
export function Notice({ c = 'var(--rd-border)', ...props }: Props) {
  return (
    <Alert
      px={12}
      py={8}
      bg="none"
      bd={`1px solid ${c}`}
      styles={{ message: { color: 'inherit', fontSize: 'inherit' } }}
      {...props}
      c="var(--rd-text)"
    />
  );
}
