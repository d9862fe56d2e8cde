import { NativeSelect } from '@mantine/core';
import type { WireAttempt, WireJob } from '@renderdeck/contract';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { AttemptLines } from './attempt-lines.tsx';
import { LogNote } from './log-parts.tsx';
import { readLogHash } from './log-place.ts';

type LogTabProps = { readonly job: WireJob; readonly attempts: readonly WireAttempt[] };

/** The log of one attempt: that of the address, else the newest one; or what the user chooses. */
export function LogTab({ job, attempts }: LogTabProps) {
  const place = readLogHash(useLocation({ select: ({ hash }) => hash }));
  const [opened] = useState(place);
  const [chosen, choose] = useState<number | null>(place?.attempt ?? null);
  const attempt = attempts.find(({ number }) => number === chosen) ?? attempts[0];
  if (attempt === undefined) return <LogNote>No log yet</LogNote>;
  const { number } = attempt;
  const selector = attempts.length > 1 && (
    <NativeSelect
      size="xs"
      aria-label="Attempt"
      data={attempts.map((one) => ({ value: String(one.number), label: `Attempt ${one.number}` }))}
      value={String(number)}
      onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
    />
  );
  return (
    <AttemptLines
      key={number}
      job={job}
      attempt={attempt}
      selector={selector}
      isNewest={attempt === attempts[0]}
      asked={opened?.attempt === number ? opened.line : null}
    />
  );
}
