import { Anchor, type AnchorProps } from '@mantine/core';
import type { ComponentPropsWithRef } from 'react';

type Props = AnchorProps & Omit<ComponentPropsWithRef<'button'>, keyof AnchorProps>;

/** A button within a text. It looks like a link. */
export function LinkButton(props: Props) {
  return <Anchor component="button" type="button" inherit mih={24} py={2} {...props} />;
}
