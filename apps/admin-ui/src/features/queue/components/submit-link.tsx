import { Button, type ButtonProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMe } from '../../../api/me.ts';

/** A link to the page for a new job, for users who may submit. */
export function SubmitLink(props: ButtonProps) {
  const { can } = useMe();
  if (!can.submit) return null;
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
