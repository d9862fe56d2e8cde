import type { MeOutput } from '@renderdeck/contract';
import type { KeyboardEvent } from 'react';
import { useApi } from '../../../api/api.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { singleKeysAreOn } from '../../../components/shortcuts/use-shortcut.ts';

type Options = {
  can: MeOutput['can'];
  openJobDialog: OpenJobDialog;
  showNewOrder: () => void;
  copyId: (id: string) => void;
  openMenu: (id: string) => void;
  /** Moves focus to the row with this index, or else to the nearest row. */
  focusAt: (index: number) => void;
  /** How many rows are on screen. */
  screen: () => number;
};

/** Keys while a row has focus, as the sheet of shortcuts lists them; letters can be turned off. */
export function useRowShortcuts(options: Options): (event: KeyboardEvent<HTMLElement>) => void {
  const { jobs } = useApi();
  return (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof HTMLElement))
      return;
    if (event.key.length === 1 && !singleKeysAreOn()) return;
    const row = event.target.closest<HTMLElement>('[data-job]');
    const id = row?.dataset.job;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === 'u') options.showNewOrder();
    else if (id === undefined) return;
    else {
      const to = target(key, Number(row?.dataset.index ?? 0), options.screen());
      if (to !== null) options.focusAt(to);
      else if (!actOnRow(key, id, options, jobs)) return;
    }
    event.preventDefault();
  };
}

function target(key: string, index: number, screen: number): number | null {
  switch (key) {
    case 'ArrowUp':
    case 'k':
      return index - 1;
    case 'ArrowDown':
    case 'j':
      return index + 1;
    case 'PageUp':
      return index - screen;
    case 'PageDown':
      return index + screen;
    case 'Home':
      return 0;
    case 'End':
      return Number.MAX_SAFE_INTEGER;
    default:
      return null;
  }
}

/** False if the key does nothing for this row. */
function actOnRow(
  key: string,
  id: string,
  { can, openJobDialog, copyId, openMenu }: Options,
  jobs: ReturnType<typeof useApi>['jobs'],
): boolean {
  const job = jobs.get(id);
  if (job === undefined) return false;
  if (key === 'c') copyId(id);
  else if (key === 'm') openMenu(id);
  else if (key === 'x' && job.receipt !== null) openJobDialog({ dialog: 'receipt', jobId: id });
  else if (key === 'x' && can.stop && job.endedAt === null)
    openJobDialog({ dialog: 'stop', jobId: id });
  else if (key === 'p' && can.prioritise && job.position !== null)
    openJobDialog({ dialog: 'priority', jobId: id });
  else return false;
  return true;
}
