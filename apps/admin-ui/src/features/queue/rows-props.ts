export type RowsProps = {
  readonly ids: readonly string[];
  readonly held: boolean;
  /** Jobs that changed places while the order is held. */
  readonly moved: ReadonlySet<string>;
  /** Names of hosts that are silent. */
  readonly silent: ReadonlySet<string>;
  /** Opens the row menu; null where the reader may change nothing. */
  readonly onMenu: ((id: string, button: HTMLElement) => void) | null;
};
