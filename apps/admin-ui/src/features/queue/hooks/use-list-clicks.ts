import { useRouter } from '@tanstack/react-router';
import type { MouseEvent } from 'react';

/** Follows the links of the list without loading the page anew; elsewhere a click selects a row. */
export function useListClicks(onSelect: (id: string) => void): (event: MouseEvent) => void {
  const { history } = useRouter();
  return (event) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    const link = target.closest('a');
    if (link !== null) {
      if (!isPlain(event)) return;
      event.preventDefault();
      history.push(link.getAttribute('href') ?? '/queue');
    } else if (target.closest('button') === null && !isTextSelected()) {
      const id = target.closest<HTMLElement>('[data-job]')?.dataset.job;
      if (id !== undefined) onSelect(id);
    }
  };
}

/** A click with a modifier opens a new tab or window. */
function isPlain({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey;
}

function isTextSelected(): boolean {
  return document.getSelection()?.isCollapsed === false;
}
