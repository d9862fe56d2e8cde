import { DataList, type DataListProps } from '@mantine/core';
import '@mantine/core/styles/DataList.css';
import type { ReactNode } from 'react';
import { visibleNode } from './name.tsx';

type Props = DataListProps & { facts: readonly (readonly [name: string, value: ReactNode])[] };

/** Facts with their names. A text shows its control characters, all else is unchanged. */
export function Facts({ facts, children, ...props }: Props) {
  return (
    <DataList gap={0} {...props}>
      {facts.map(([name, value]) => (
        <DataList.Item key={name}>
          <DataList.ItemLabel>{name}</DataList.ItemLabel>
          <DataList.ItemValue>{visibleNode(value)}</DataList.ItemValue>
        </DataList.Item>
      ))}
      {children}
    </DataList>
  );
}
