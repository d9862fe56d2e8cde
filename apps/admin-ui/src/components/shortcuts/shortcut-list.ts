export type Shortcut = { readonly keys: readonly string[]; readonly label: string };

const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent;
const isMac = /Mac|iPhone|iPad/.test(agent);

/** The shortcuts that work anywhere on the page. A part of the page says what each one does. */
export const GLOBAL_SHORTCUTS = {
  sheet: { keys: ['?'], label: 'All keys' },
  commands: { keys: [isMac ? '⌘' : 'Ctrl', 'K'], label: 'Commands' },
  filter: { keys: ['/'], label: 'Filter the list' },
  queue: { keys: ['G', 'Q'], label: 'Queue' },
  hosts: { keys: ['G', 'H'], label: 'Hosts' },
  audit: { keys: ['G', 'A'], label: 'Audit' },
  measures: { keys: ['G', 'M'], label: 'Measures' },
  submit: { keys: ['N'], label: 'Submit a job' },
} as const satisfies Readonly<Record<string, Shortcut>>;
export type GlobalShortcut = keyof typeof GLOBAL_SHORTCUTS;

/** The shortcuts of a part of the page: they work while it has focus. */
export const PLACES: readonly { readonly name: string; readonly shortcuts: readonly Shortcut[] }[] =
  [
    {
      name: 'In the list of jobs',
      shortcuts: [
        { keys: ['↑', '↓'], label: 'Row above, row below; also K and J' },
        { keys: ['PgUp', 'PgDn'], label: 'Screen up, screen down' },
        { keys: ['Home', 'End'], label: 'First row, last row' },
        { keys: ['Enter'], label: 'Open the job' },
        { keys: ['X'], label: 'Stop render, or its receipt' },
        { keys: ['P'], label: 'Change priority' },
        { keys: ['C'], label: 'Copy the id' },
        { keys: ['U'], label: 'Show the new order' },
        { keys: ['M'], label: 'Menu of the row' },
      ],
    },
    {
      name: 'In the stop dialog',
      shortcuts: [
        { keys: ['Ctrl', 'Enter'], label: 'Stop render' },
        { keys: ['Esc'], label: 'Keep rendering' },
      ],
    },
    {
      name: 'In the priority dialog',
      shortcuts: [
        { keys: ['↑', '↓'], label: 'One more, one less' },
        { keys: ['Shift', '↑', '↓'], label: 'Ten more, ten less; also PgUp and PgDn' },
        { keys: ['Ctrl', 'Enter'], label: 'Set priority' },
      ],
    },
    {
      name: 'In the log of a job',
      shortcuts: [
        { keys: ['F'], label: 'Follow' },
        { keys: ['/'], label: 'Find' },
        { keys: ['N'], label: 'Next match; with Shift the one before' },
        { keys: ['W'], label: 'Wrap lines' },
      ],
    },
  ];
