import { Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { LinkButton } from '../../../components/link-button.tsx';
import { compareHosts } from './describe-host.ts';
import { HostCards, HostTable, type HostTableProps } from './host-table.tsx';

const HOLD_MS = 20_000;
const INPUTS = ['keydown', 'pointermove', 'wheel'] as const;

/**
 * Keeps the order of the rows for 20 s after the last input in the list, so that no row moves away
 * under the pointer. Cells stay live, and a new host comes last.
 */
function useHeldOrder(names: readonly string[], list: RefObject<HTMLElement | null>) {
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const current = JSON.stringify(names);
  useEffect(() => {
    const node = list.current;
    if (node === null) return;
    const onInput = () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setHeld(null), HOLD_MS);
      setHeld((known) => known ?? JSON.parse(current));
    };
    for (const input of INPUTS) node.addEventListener(input, onInput, { passive: true });
    return () => {
      for (const input of INPUTS) node.removeEventListener(input, onInput);
    };
  }, [list, current]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const kept = held?.filter((name) => names.includes(name)) ?? [];
  const shown = held === null ? names : [...kept, ...names.filter((name) => !kept.includes(name))];
  return {
    names: shown,
    isHeld: held !== null,
    hasChanged: JSON.stringify(shown) !== current,
    showNewOrder: () => setHeld(null),
  };
}

/** The hosts as a table, or as cards in a narrow window; those with a problem first. */
export function HostList({ hosts, ...props }: HostTableProps) {
  const list = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const order = useHeldOrder(
    [...hosts].sort(compareHosts).map(({ name }) => name),
    list,
  );
  const shown = order.names
    .map((name) => hosts.find((host) => host.name === name))
    .filter((host) => host !== undefined);
  return (
    <div ref={list}>
      <Text role="status" size="sm" mih={32}>
        {order.isHeld && order.hasChanged && 'Order changed. '}
        {order.isHeld && order.hasChanged && (
          <LinkButton onClick={order.showNewOrder}>Show new order</LinkButton>
        )}
      </Text>
      {narrow ? <HostCards hosts={shown} {...props} /> : <HostTable hosts={shown} {...props} />}
    </div>
  );
}
