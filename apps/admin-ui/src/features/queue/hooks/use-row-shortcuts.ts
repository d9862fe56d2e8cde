import type { MeOutput } from '@renderdeck/contract';
import type { KeyboardEvent } from 'react';
import { useApi } from '../../../api/api.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';

type Options = { openJobDialog: OpenJobDialog; can: MeOutput['can']; showNewOrder: () => void };

/** Keys while a row has focus: arrows or K and J, Home, End, X stop, P priority, U new order. */
export function useRowShortcuts({
  openJobDialog,
  can,
  showNewOrder,
}: Options): (event: KeyboardEvent<HTMLElement>) => void {
  const { jobs } = useApi();
  return (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof HTMLElement))
      return;
    const row = event.target.closest<HTMLElement>('[data-job]');
    const id = row?.dataset.job;
    if (event.key.toLowerCase() === 'u') showNewOrder();
    else if (row === null || id === undefined) return;
    else if (MOVES.has(event.key)) focusRow(rowAt(row, event.key));
    else if (event.key.toLowerCase() === 'x' && can.stop)
      openJobDialog({ dialog: jobs.get(id)?.receipt === null ? 'stop' : 'receipt', jobId: id });
    else if (event.key.toLowerCase() === 'p' && can.prioritise && jobs.get(id)?.position !== null)
      openJobDialog({ dialog: 'priority', jobId: id });
    else return;
    event.preventDefault();
  };
}

const MOVES: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowDown', 'k', 'j', 'Home', 'End']);

function rowAt(row: HTMLElement, key: string): Element | null {
  const siblings = row.parentElement?.children;
  switch (key) {
    case 'ArrowUp':
    case 'k':
      return row.previousElementSibling;
    case 'ArrowDown':
    case 'j':
      return row.nextElementSibling;
    case 'Home':
      return siblings?.item(0) ?? null;
    default:
      return siblings?.item(siblings.length - 1) ?? null;
  }
}

function focusRow(row: Element | null): void {
  row?.querySelector<HTMLElement>('a')?.focus();
}
