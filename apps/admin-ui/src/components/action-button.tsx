import { Button, type ButtonProps } from '@mantine/core';
import { type ComponentPropsWithRef, type MouseEvent, useId } from 'react';
import { useServerAway } from '../live/use-connection.ts';
import styles from './action-button.module.css';

type Props = ButtonProps &
  Omit<ComponentPropsWithRef<'button'>, keyof ButtonProps> & {
    /** In a table, where the same reason would stand in each row. */
    hidesReason?: boolean;
    /** Why it cannot act, for another reason than the server. */
    whyNot?: string | null;
  };

/**
 * A button that asks the server for something. While the server does not answer it keeps its place
 * and its focus, does nothing, and says why beside it.
 */
export function ActionButton({
  onClick,
  type = 'button',
  hidesReason = false,
  whyNot = null,
  ...props
}: Props) {
  const serverAway = useServerAway();
  const away = serverAway ?? whyNot;
  const reason = useId();
  const whileAway = {
    onClick: preventDefault,
    disabled: false,
    'aria-disabled': true,
    'data-away': true,
    className: styles.button,
    'aria-describedby': reason,
    title: away ?? undefined,
  };
  return (
    <>
      <Button type={type} onClick={onClick} {...props} {...(away === null ? {} : whileAway)} />
      {away !== null && (
        <span id={reason} className={styles.reason} data-hidden={hidesReason || undefined}>
          {away}
        </span>
      )}
    </>
  );
}

/** Stops Enter in a field from submitting the form while the server is away. */
function preventDefault(event: MouseEvent): void {
  event.preventDefault();
}
