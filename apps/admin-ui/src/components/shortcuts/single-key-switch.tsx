import { Menu } from '@mantine/core';
import { turnSingleKeys, useSingleKeys } from './single-keys.ts';

/** Turns shortcuts of single letters on and off: dictation and slips press them by chance. */
export function SingleKeySwitch() {
  const on = useSingleKeys();
  return (
    <Menu.CheckboxItem checked={on} onChange={turnSingleKeys}>
      Single-key shortcuts
    </Menu.CheckboxItem>
  );
}
