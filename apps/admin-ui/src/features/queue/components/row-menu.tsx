import { Menu } from '@mantine/core';
import { visibleText, type WireJob } from '@renderdeck/contract';
import { useNavigate } from '@tanstack/react-router';
import { type RefObject, useCallback, useState } from 'react';
import { useMe } from '../../../api/me.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import {
  focusJob,
  type JobDialogRequest,
  mayRunAgain,
  type OpenJobDialog,
} from '../../../components/job-dialog-request.ts';
import { useJob } from '../../../live/use-job.ts';
import { followJob, useNoticeSettings } from '../../../notices/notice-settings.ts';
import type { RowProps } from './rows-props.ts';

type Props = {
  menu: OpenMenu;
  openJobDialog: OpenJobDialog;
  copyId: (id: string) => void;
  onClose: () => void;
};

/** The one row menu of the table; an invisible button places it over the pressed menu button. */
export function RowMenu({ menu: { id, at }, onClose, ...actions }: Props) {
  const job = useJob(id);
  if (job === undefined) return null;
  const close = () => {
    onClose();
    focusJob(id);
  };
  return (
    <Menu opened onChange={(opened) => opened || close()} returnFocus={false} width={200}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden="true"
          className="menu-anchor"
          style={{ top: at.top, left: at.left, width: at.width, height: at.height }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={visibleText(job.name)}>
        <RowMenuItems job={job} {...actions} />
      </Menu.Dropdown>
    </Menu>
  );
}

type ItemsProps = Omit<Props, 'menu' | 'onClose'> & { job: WireJob };

function RowMenuItems({ job, openJobDialog, copyId }: ItemsProps) {
  const me = useMe();
  const { can } = me;
  const navigate = useNavigate();
  const { on, followed } = useNoticeSettings();
  const { id } = job;
  const open = (dialog: JobDialogRequest['dialog']) => () => openJobDialog({ dialog, jobId: id });
  return (
    <>
      <Menu.Item onClick={() => navigate({ to: '/jobs/$id', params: { id } })}>Open</Menu.Item>
      {can.prioritise && job.position !== null && (
        <Menu.Item rightSection={<kbd>P</kbd>} onClick={open('priority')}>
          Change priority
        </Menu.Item>
      )}
      <Menu.Item rightSection={<kbd>C</kbd>} onClick={() => copyId(id)}>
        Copy id
      </Menu.Item>
      {on && job.endedAt === null && (
        <Menu.Item onClick={() => followJob(id, !followed.includes(id))}>
          {followed.includes(id) ? 'Unfollow' : 'Follow'}
        </Menu.Item>
      )}
      {mayRunAgain(job, me) && (
        <>
          <Menu.Item onClick={open('rerun')}>Run again</Menu.Item>
          <Menu.Item onClick={() => navigate({ to: '/submit', search: { from: id } })}>
            Run again, edited…
          </Menu.Item>
        </>
      )}
      {job.receipt !== null && <Menu.Item onClick={open('receipt')}>See receipt</Menu.Item>}
      {can.stop && job.receipt === null && job.endedAt === null && (
        <>
          <Menu.Divider />
          <Menu.Item c="var(--rd-error)" rightSection={<kbd>X</kbd>} onClick={open('stop')}>
            {job.position === null ? 'Stop render' : 'Remove from queue'}
          </Menu.Item>
        </>
      )}
    </>
  );
}

type MenuButtonProps = Pick<RowProps, 'isTabStop'> & {
  job: WireJob;
  onMenu: NonNullable<RowProps['onMenu']>;
};

export function MenuButton({ job, isTabStop, onMenu }: MenuButtonProps) {
  return (
    <IconButton
      tabIndex={isTabStop ? 0 : -1}
      aria-haspopup="menu"
      aria-label={`Actions for ${visibleText(job.name)}`}
      onClick={(event) => onMenu(job.id, event.currentTarget)}
    >
      ⋯
    </IconButton>
  );
}

/** The row whose menu is open, and where its button is. */
type OpenMenu = { readonly id: string; readonly at: DOMRect };

/** The one menu of the list. */
export function useRowMenu(list: RefObject<HTMLElement | null>) {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const open = useCallback(
    (id: string, button: HTMLElement) => setMenu({ id, at: button.getBoundingClientRect() }),
    [],
  );
  return {
    menu,
    open,
    /** Opens it from the keyboard; does nothing if the row has no menu. */
    openAtRow(id: string) {
      const button = list.current?.querySelector<HTMLElement>(`[data-job="${id}"] button`);
      if (button !== null && button !== undefined) open(id, button);
    },
    close: () => setMenu(null),
  };
}
