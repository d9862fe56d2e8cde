import { visibleText } from '@renderdeck/contract';
import type { ReactNode } from 'react';

/**
 * A name that somebody else chose: of a job, a host, a user, a file. It is isolated, so that its
 * direction turns nothing beside it, and shows what a page would obey (`\u202e`).
 */
export function Name({ of }: { of: string }) {
  return <bdi>{visibleText(of)}</bdi>;
}

/** A value of a table or a list: a text shows what a page would obey, anything else is as it is. */
export function visibleNode(node: ReactNode): ReactNode {
  return typeof node === 'string' ? visibleText(node) : node;
}

/** Stands for a missing value: shows a dash, and screen readers say "none". */
export function NoValue() {
  return (
    <>
      <span aria-hidden="true">—</span>
      <span className="visually-hidden">none</span>
    </>
  );
}
