import { DataList, Group, Text, Title } from '@mantine/core';
import '@mantine/core/styles/DataList.css';
import { Dialog } from '../../../components/dialog.tsx';
import {
  GLOBAL_SHORTCUTS,
  PLACES,
  type Shortcut,
} from '../../../components/shortcuts/shortcut-list.ts';
import { actionOf, useSingleKeys } from '../../../components/shortcuts/use-shortcut.ts';
import styles from './commands.module.css';

/**
 * Shows all keys; of those that work on every page, only those that do something on this one.
 */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const singleKeys = useSingleKeys();
  const anywhere = GLOBAL.filter((name) => actionOf(name) !== undefined).map(
    (name) => GLOBAL_SHORTCUTS[name],
  );
  return (
    <Dialog title="All keys" width={560} onClose={onClose}>
      {!singleKeys && (
        <Text mb={12}>
          Single-key shortcuts are turned off in your menu: letters do nothing.{' '}
          {GLOBAL_SHORTCUTS.commands.keys.join(' ')}, arrows and Enter still work.
        </Text>
      )}
      <div className={styles.sheet}>
        <Keys name="Anywhere" shortcuts={anywhere} />
        {PLACES.map(({ name, shortcuts }) => (
          <Keys key={name} name={name} shortcuts={shortcuts} />
        ))}
      </div>
    </Dialog>
  );
}

const GLOBAL = [
  ...(['commands', 'filter', 'queue', 'hosts', 'audit', 'measures', 'submit', 'sheet'] as const),
];

function Keys({ name, shortcuts }: { name: string; shortcuts: readonly Shortcut[] }) {
  return (
    <section>
      <Title order={3} fz="md" mb={6}>
        {name}
      </Title>
      <DataList gap={6} labelWidth={84} size="md">
        {shortcuts.map(({ keys, label }) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel c="var(--rd-text)">
              <Group gap={4}>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </Group>
            </DataList.ItemLabel>
            <DataList.ItemValue>{label}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
    </section>
  );
}
