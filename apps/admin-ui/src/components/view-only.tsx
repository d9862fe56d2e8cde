import { useMe } from '../api/me.ts';

/** Tells a user who may not change every job whom to ask. */
export function ViewOnly() {
  const { can, admins } = useMe();
  if (can.stop && can.prioritise) return null;
  const whom = admins.join(' or ');
  return (
    <p className="view-only">
      {can.submit
        ? `You may submit jobs. Ask ${whom} to stop one or to change its priority.`
        : `View only. Ask ${whom} to change jobs.`}
    </p>
  );
}
