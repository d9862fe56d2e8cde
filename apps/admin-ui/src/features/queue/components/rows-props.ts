export type RowsProps = {
  readonly ids: readonly string[];
  readonly frozen: boolean;
  /** Jobs whose place has changed while the order is frozen. */
  readonly moved: ReadonlySet<string>;
  /** Names of the hosts that are silent. */
  readonly silentHosts: ReadonlySet<string>;
  /** Opens the row menu; null when the user may not change any job. */
  readonly onMenu: ((id: string, button: HTMLElement) => void) | null;
};
