import { visibleText } from '@renderdeck/contract';
import type { ReactNode } from 'react';
import { visibleSentence } from './sentence.ts';

/**
 * A name that somebody else chose: of a job, a host, a user, a file. It cannot change the writing
 * direction of the text beside it, and it shows control characters (`\u202e`).
 */
export function Name({ of }: { of: string }) {
  return <bdi>{visibleText(of)}</bdi>;
}

/**
 * A value of a table or a list, or a sentence. A text shows its control characters, all else is
 * unchanged.
 */
export function visibleNode(node: ReactNode): ReactNode {
  return typeof node === 'string' ? visibleSentence(node) : node;
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
