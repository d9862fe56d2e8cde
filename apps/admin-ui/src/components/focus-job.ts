/** Puts focus back on a job's button, else on its link, else on the page's heading: it never drops to nowhere. */
export function focusJob(id: string): void {
  const row = document.querySelector(`[data-job="${id}"]`);
  const target =
    row?.querySelector<HTMLElement>('button') ??
    row?.querySelector<HTMLElement>('a') ??
    document.querySelector<HTMLElement>('h1');
  target?.focus({ preventScroll: row === null });
}
