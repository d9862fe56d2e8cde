import { Table, Title } from '@mantine/core';
import '@mantine/core/styles/Table.css';
import type { WireHost } from '@renderdeck/contract';
import { useJobDetails } from '../../../api/get-job.ts';

/** The processes of each job that the host holds, as it reported them last. */
export function HostProcesses({ host: { jobs, state } }: { host: WireHost }) {
  if (jobs.length === 0) return null;
  const isHeard = state !== 'silent' && state !== 'stopped';
  return (
    <>
      <Title order={3} mt={16} mb={4}>
        {isHeard ? 'Processes, as it reports them' : 'Processes, as it reported them last'}
      </Title>
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
    <Table
      w="auto"
      fz="sm"
      verticalSpacing={2}
      horizontalSpacing={0}
      withRowBorders={false}
      captionSide="top"
    >
      <Table.Caption ta="left" mb={0}>
        {name}
      </Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" fw={400} pr={16}>
            Process
          </Table.Th>
          <Table.Th scope="col" fw={400}>
            PID
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {processes.map(({ pid, name: process }) => (
          <Table.Tr key={pid}>
            <Table.Th scope="row" fw={400} pr={16}>
              {process}
            </Table.Th>
            <Table.Td>{pid}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
