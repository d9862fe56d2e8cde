import { visibleText } from '@renderdeck/contract';
import type { ReactNode } from 'react';

/** A value of a table or a list: a text shows what a page would obey, anything else is as it is. */
export function visibleNode(node: ReactNode): ReactNode {
  return typeof node === 'string' ? visibleText(node) : node;
}
