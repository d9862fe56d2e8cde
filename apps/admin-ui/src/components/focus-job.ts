/** Moves focus to the job's button, else to its link, else to the page's heading. */
export function focusJob(id: string): void {
  const row = document.querySelector(`[data-job="${id}"]`);
  const target =
    row?.querySelector<HTMLElement>('button') ??
    row?.querySelector<HTMLElement>('a') ??
    document.querySelector<HTMLElement>('h1');
  target?.focus({ preventScroll: row === null });
}
