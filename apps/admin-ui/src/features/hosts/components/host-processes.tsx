import type { WireHost } from '@renderdeck/contract';
import { useJobDetails } from '../../../api/get-job.ts';
import styles from './host-panel.module.css';

/** The processes of each job that the host holds, as it reported them last. */
export function HostProcesses({ host: { jobs, state } }: { host: WireHost }) {
  if (jobs.length === 0) return null;
  const isHeard = state !== 'silent' && state !== 'stopped';
  return (
    <>
      <h3 className={styles.heading}>
        {isHeard ? 'Processes, as it reports them' : 'Processes, as it reported them last'}
      </h3>
      {jobs.map(({ id, name }) => (
        <JobProcesses key={id} id={id} name={name} />
      ))}
    </>
  );
}

function JobProcesses({ id, name }: { id: string; name: string }) {
  const { data } = useJobDetails(id);
  const processes = data?.attempts[0]?.processes ?? [];
  if (data === undefined) return null;
  if (processes.length === 0) return <p>{name}: none reported yet.</p>;
  return (
    <table className={styles.processes}>
      <caption>{name}</caption>
      <thead>
        <tr>
          <th scope="col">Process</th>
          <th scope="col">PID</th>
        </tr>
      </thead>
      <tbody>
        {processes.map(({ pid, name: process }) => (
          <tr key={pid}>
            <th scope="row">{process}</th>
            <td>{pid}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
