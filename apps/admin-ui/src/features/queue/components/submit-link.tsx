import { Button, type ButtonProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMe } from '../../../api/me.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { useServerAway } from '../../../live/use-connection.ts';

/** A link to the page for a new job, for users who may submit. */
export function SubmitLink(props: ButtonProps) {
  const { can } = useMe();
  const away = useServerAway();
  if (!can.submit) return null;
  if (away !== null)
    return (
      <ActionButton hidesReason size="compact-md" h={{ base: 44, sm: 30 }} {...props}>
        Submit
      </ActionButton>
    );
  return (
    <Button
      component={Link}
      to="/submit"
      size="compact-md"
      px={{ base: 12, sm: 14 }}
      fw={600}
      h={{ base: 44, sm: 30 }}
      {...props}
    >
      Submit
    </Button>
  );
}
