import { Box, Table, Text } from '@mantine/core';
import '@mantine/core/styles/Table.css';
import { useDebouncedValue } from '@mantine/hooks';
import { describeShift, describeStart, type PreviewPriorityOutput } from '@renderdeck/contract';
import { useEffect, useRef, useState } from 'react';
import { formatMoment } from '../../../components/estimate/describe-estimate.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { formatCount, formatNumber, formatTime } from '../../../components/time/format-time.ts';

type Props = {
  preview: PreviewPriorityOutput | undefined;
  failed: boolean;
  stale: boolean;
  onShowAll: () => void;
};

/** The position that the priority would give, and the jobs that would move. */
export function PriorityPreview({ preview, failed, stale, onShowAll }: Props) {
  const was = useEarlierPosition(preview);
  const [announced] = useDebouncedValue(sentenceOf(preview), ANNOUNCE_AFTER_MS);
  if (preview === undefined)
    return (
      <Text mih={190} mt={12}>
        {failed ? 'No preview. You can still set it.' : ' '}
      </Text>
    );
  return (
    <Box mih={190} mt={12} c={stale ? 'dimmed' : 'inherit'}>
      <PreviewSentence preview={preview} />
      <StartShift start={preview.start} />
      <p role="status" className="visually-hidden">
        {announced}
      </p>
      {preview.moved.length > 0 && (
        <Table
          my={8}
          fz="sm"
          verticalSpacing={3}
          horizontalSpacing={0}
          borderColor="var(--rd-line)"
        >
          <caption className="visually-hidden">The nearest jobs that move</caption>
          <Table.Tbody>
            {preview.moved.map(({ id, name, submittedBy, position }) => (
              <Table.Tr key={id}>
                <Table.Th scope="row" fw={400} pr={8}>
                  <Name of={name} />
                </Table.Th>
                <Table.Td pr={8}>
                  <Name of={submittedBy} />
                </Table.Td>
                <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                  {formatNumber(position.before)} → {formatNumber(position.after)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Text size="xs" c="dimmed">
        {preview.movedCount > preview.moved.length &&
          `The nearest ${preview.moved.length} of ${formatNumber(preview.movedCount)}. `}
        As of {formatTime(preview.at)}.{' '}
        {was !== null && `Now ${formatNumber(preview.position.after)}, was ${formatNumber(was)}.`}
      </Text>
      {preview.movedCount > preview.moved.length && preview.moved.length <= 5 && (
        <LinkButton onClick={onShowAll}>Show all {formatNumber(preview.movedCount)}</LinkButton>
      )}
    </Box>
  );
}

/** "Starts about 40 min earlier (at least 34)", or why that is not known. */
function StartShift({ start }: Pick<PreviewPriorityOutput, 'start'>) {
  if (start === undefined) return null;
  const { after, shiftMs, sureMs } = start;
  const shift = shiftMs === null || sureMs === null ? null : describeShift(shiftMs, sureMs);
  const at = describeStart(after, (time) => formatMoment(time));
  return (
    <Text size="sm">{shift === null ? `${at}.` : `${shift}: ${at.replace('Starts ', '')}.`}</Text>
  );
}

const ANNOUNCE_AFTER_MS = 1_000;

/** What a screen reader says once the numbers have not changed for a second. */
function sentenceOf(preview: PreviewPriorityOutput | undefined): string {
  if (preview === undefined) return '';
  const { before, after } = preview.position;
  return before === after
    ? `Same position, ${formatNumber(before)}.`
    : `Position ${formatNumber(before)} to ${formatNumber(after)}.`;
}

/** The position in the previous preview, if only the queue has changed since then. */
function useEarlierPosition(preview: PreviewPriorityOutput | undefined): number | null {
  const seen = useRef<PreviewPriorityOutput | undefined>(undefined);
  const [was, setWas] = useState<number | null>(null);
  useEffect(() => {
    const last = seen.current;
    seen.current = preview;
    if (preview === undefined || last === undefined) return;
    if (last.priority.after !== preview.priority.after) setWas(null);
    else if (last.position.after !== preview.position.after) setWas(last.position.after);
  }, [preview]);
  return was;
}

function PreviewSentence({
  preview: { position, queued, movedCount },
}: {
  preview: PreviewPriorityOutput;
}) {
  if (position.before === position.after)
    return <>Same position, {formatNumber(position.before)}.</>;
  const moves =
    position.after < position.before
      ? `Overtakes ${formatCount(movedCount, 'job')}.`
      : `${formatCount(movedCount, 'job')} pass it.`;
  return (
    <>
      <strong>
        Position {formatNumber(position.before)} → {formatNumber(position.after)}
      </strong>
      {position.after < position.before && ` of ${formatNumber(queued)}`}. {moves}
    </>
  );
}
