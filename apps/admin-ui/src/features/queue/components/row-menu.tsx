import { Menu } from '@mantine/core';
import type { WireJob } from '@renderdeck/contract';
import { useNavigate } from '@tanstack/react-router';
import { useMe } from '../../../api/me.ts';
import { focusJob } from '../../../components/focus-job.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { useJob } from '../../../live/use-job.ts';

export type OpenMenu = { readonly id: string; readonly at: DOMRect };

type Props = { menu: OpenMenu; openJobDialog: OpenJobDialog; onClose: () => void };

/** The one row menu of the table; an invisible button places it over the pressed menu button. */
export function RowMenu({ menu: { id, at }, openJobDialog, onClose }: Props) {
  const job = useJob(id);
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
        <RowMenuItems job={job} openJobDialog={openJobDialog} />
      </Menu.Dropdown>
    </Menu>
  );
}

function RowMenuItems({ job, openJobDialog }: { job: WireJob; openJobDialog: OpenJobDialog }) {
  const { can } = useMe();
  const navigate = useNavigate();
  const { id } = job;
  const open = (dialog: 'stop' | 'receipt' | 'priority') => () =>
    openJobDialog({ dialog, jobId: id });
  return (
    <>
      <Menu.Item onClick={() => navigate({ to: '/jobs/$id', params: { id } })}>Open</Menu.Item>
      {can.prioritise && job.position !== null && (
        <Menu.Item rightSection={<kbd>P</kbd>} onClick={open('priority')}>
          Change priority
        </Menu.Item>
      )}
      <Menu.Item onClick={() => navigator.clipboard.writeText(id)}>Copy id</Menu.Item>
      {job.receipt !== null && <Menu.Item onClick={open('receipt')}>See receipt</Menu.Item>}
      {can.stop && job.receipt === null && job.endedAt === null && (
        <>
          <Menu.Divider />
          <Menu.Item className="danger-item" rightSection={<kbd>X</kbd>} onClick={open('stop')}>
            {job.position === null ? 'Stop render' : 'Remove from queue'}
          </Menu.Item>
        </>
      )}
    </>
  );
}
