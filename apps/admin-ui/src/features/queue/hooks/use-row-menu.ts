import { type RefObject, useCallback, useState } from 'react';

/** The row whose menu is open, and where its button is. */
export type OpenMenu = { readonly id: string; readonly at: DOMRect };

/** The one menu of the list. */
export function useRowMenu(list: RefObject<HTMLElement | null>) {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const open = useCallback(
    (id: string, button: HTMLElement) => setMenu({ id, at: button.getBoundingClientRect() }),
    [],
  );
  return {
    menu,
    open,
    /** Opens it from the keyboard; nothing where the row has no menu. */
    openAtRow(id: string) {
      const button = list.current?.querySelector<HTMLElement>(`[data-job="${id}"] button`);
      if (button !== null && button !== undefined) open(id, button);
    },
    close: () => setMenu(null),
  };
}
