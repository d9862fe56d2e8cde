import { Table } from '@mantine/core';
import { visibleText, type WireAttemptOfHost } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ListTable } from '../../../components/list-table.tsx';
import { Name } from '../../../components/name.tsx';
import { formatCount, formatDuration, formatNumber } from '../../../components/time/format-time.ts';
import { DayTime } from '../../../components/time/times.tsx';
import { attemptStateLabel } from './describe-attempt.ts';

const MOST_ROWS = 200;
const COLUMNS = [
  { label: 'Host', w: 120 },
  { label: 'Job' },
  { label: 'How it ended', w: 120 },
  { label: 'From', w: 140 },
  { label: 'Took', w: 96 },
];

/** The same attempts as a table, the latest end first. */
export function NightTable({ attempts }: { attempts: readonly WireAttemptOfHost[] }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>Show as table</summary>
      {isOpen && attempts.length > MOST_ROWS && (
        <p>
          The latest {MOST_ROWS} of {formatNumber(attempts.length)}. A shorter time shows all.
        </p>
      )}
      {isOpen && attempts.length === 0 && <p>No attempt ended in this time.</p>}
      {isOpen && attempts.length > 0 && (
        <ListTable name={formatCount(attempts.length, 'attempt')} columns={COLUMNS} layout="fixed">
          <Table.Tbody>
            {attempts.slice(0, MOST_ROWS).map((attempt) => (
              <AttemptRow key={`${attempt.jobId} ${attempt.number}`} attempt={attempt} />
            ))}
          </Table.Tbody>
        </ListTable>
      )}
    </details>
  );
}

function AttemptRow({
  attempt: { host, jobId, name, state, from, to },
}: {
  attempt: WireAttemptOfHost;
}) {
  return (
    <Table.Tr>
      <Table.Th scope="row" title={visibleText(host)}>
        <Name of={host} />
      </Table.Th>
      <Table.Td title={visibleText(name)}>
        <Link to="/jobs/$id" params={{ id: jobId }}>
          <Name of={name} />
        </Link>
      </Table.Td>
      <Table.Td>{attemptStateLabel(state)}</Table.Td>
      <Table.Td>
        <DayTime at={from} />
      </Table.Td>
      <Table.Td>
        {to === null ? 'renders' : formatDuration(Date.parse(to) - Date.parse(from))}
      </Table.Td>
    </Table.Tr>
  );
}
