import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMe } from '../../api/me.ts';
import { useJob } from '../../api/use-live.ts';
import { focusJob } from '../../components/focus-job.ts';
import type { AskAboutJob } from '../../components/job-question.ts';

export type OpenMenu = { readonly id: string; readonly at: DOMRect };

/** The one menu of the table, laid beside the button of the row it was opened from. */
export function RowMenu({
  menu: { id, at },
  ask,
  onClose,
}: {
  menu: OpenMenu;
  ask: AskAboutJob;
  onClose: () => void;
}) {
  const { can } = useMe();
  const job = useJob(id);
  const navigate = useNavigate();
  if (job === undefined) return null;
  const close = () => {
    onClose();
    focusJob(id);
  };
  return (
    <Menu
      opened
      onChange={(opened) => opened || close()}
      position="bottom-end"
      returnFocus={false}
      withInitialFocusPlaceholder={false}
      hideDetached={false}
      transitionProps={{ duration: 0 }}
      portalProps={{ target: '#main' }}
      width={200}
    >
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden="true"
          className="menu-anchor"
          style={{ top: at.top, left: at.left, width: at.width, height: at.height }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={job.name}>
        <Menu.Item onClick={() => navigate({ to: '/jobs/$id', params: { id } })}>Open</Menu.Item>
        {can.prioritise && job.position !== null && (
          <Menu.Item rightSection={<kbd>P</kbd>} onClick={() => ask({ about: 'priority', id })}>
            Change priority
          </Menu.Item>
        )}
        <Menu.Item onClick={() => navigator.clipboard.writeText(id)}>Copy id</Menu.Item>
        {job.receipt !== null && (
          <Menu.Item onClick={() => ask({ about: 'receipt', id })}>See receipt</Menu.Item>
        )}
        {can.stop && job.receipt === null && job.endedAt === null && (
          <>
            <Menu.Divider />
            <Menu.Item
              className="danger-item"
              rightSection={<kbd>X</kbd>}
              onClick={() => ask({ about: 'stop', id })}
            >
              {job.position === null ? 'Stop render' : 'Remove from queue'}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
