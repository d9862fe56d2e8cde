import { Button, type ButtonProps } from '@mantine/core';
import { type ComponentPropsWithRef, type MouseEvent, useId } from 'react';
import { useServerAway } from '../live/use-connection.ts';

type Props = ButtonProps & Omit<ComponentPropsWithRef<'button'>, keyof ButtonProps>;

/**
 * A button that changes the farm. While the server does not answer it keeps its place and its
 * focus, does nothing and says why.
 */
export function ActionButton({ onClick, type = 'button', ...props }: Props) {
  const away = useServerAway();
  const reason = useId();
  const whileAway = {
    onClick: preventDefault,
    disabled: false,
    'aria-disabled': true,
    'aria-describedby': reason,
    title: away ?? undefined,
  };
  return (
    <>
      <Button type={type} onClick={onClick} {...props} {...(away === null ? {} : whileAway)} />
      {away !== null && (
        <span id={reason} className="visually-hidden">
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
