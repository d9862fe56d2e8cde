import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { usePageTitle } from '../hooks/use-page-title.ts';
import { Name } from './name.tsx';

const HEADING = { outline: 'none', overflowWrap: 'anywhere' } as const;

/** The dialog that a user has before them. */
export function findOpenDialog(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[role="dialog"][aria-modal="true"]');
}

/**
 * The page's h1 and the document title. It takes focus when the page opens, but not from a dialog
 * that was opened before the page's code arrived.
 */
export function PageHeading({ title, children = null }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => {
    if (findOpenDialog() === null) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Group gap="4px 16px" mih={48} py={4}>
      <Title ref={heading} tabIndex={-1} style={HEADING}>
        <Name of={title} />
      </Title>
      {children}
    </Group>
  );
}
