import type { WireJob } from '@renderdeck/contract';
import { useMe } from '../../../api/me.ts';
import { mayRunAgain } from '../../../components/may-run-again.ts';
import { ViewOnly } from '../../../components/view-only.tsx';

/** Why a button is absent for this user, and whom to ask. */
export function JobRights({ job }: { job: WireJob }) {
  const me = useMe();
  if (job.endedAt === null) return <ViewOnly />;
  if (mayRunAgain(job, me)) return null;
  const whom = me.admins.join(' or ');
  return (
    <p className="view-only">
      {me.can.submit
        ? `You may run your own jobs again. Ask ${whom} to run this one.`
        : `View only. Ask ${whom} to run it again.`}
    </p>
  );
}
