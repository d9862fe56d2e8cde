import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, useRef, useState } from 'react';
import { useMe } from '../../../api/me.ts';
import { lazyChunk } from '../../../components/lazy-chunk.ts';
import { Name } from '../../../components/name.tsx';
import { useSavedViews } from '../../../components/views/saved-views.ts';
import { type QueueFilter, readQueueSearch } from '../api/queue-search.ts';
import styles from './filter-bar.module.css';

const { Component: ViewsDialog } = lazyChunk(
  async () => (await import('./views-dialog.tsx')).ViewsDialog,
);

/** The views that this user saved: a filter and an order under a name. */
export function ViewsMenu({ filter }: { filter: QueueFilter }) {
  const views = useSavedViews(useMe().user.name);
  const navigate = useNavigate();
  const button = useRef<HTMLButtonElement>(null);
  const [isEdited, setEdited] = useState(false);
  const close = () => {
    setEdited(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <button ref={button} type="button" className={styles.menu} data-arrow>
            Views
          </button>
        </Menu.Target>
        <Menu.Dropdown aria-label="Views">
          {views.map(({ name, search }) => (
            <Menu.Item
              key={name}
              onClick={() => void navigate({ to: '/queue', search: readQueueSearch(search) })}
            >
              <Name of={name} />
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setEdited(true)}>Save or remove views</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>{isEdited && <ViewsDialog filter={filter} onClose={close} />}</Suspense>
    </>
  );
}
