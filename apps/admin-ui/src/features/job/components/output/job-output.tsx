import { Button, Text } from '@mantine/core';
import {
  describeOutputFacts,
  endOf,
  fileNameOf,
  type GetOutputLinkOutput,
  type WireAttempt,
  type WireJob,
  type WireOutput,
} from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useApi } from '../../../../api/api.ts';
import { ActionButton } from '../../../../components/action-button.tsx';
import { CopyButton } from '../../../../components/copy-button.tsx';
import { lazyChunk } from '../../../../components/lazy-chunk.ts';
import { Name } from '../../../../components/name.tsx';
import { StatusIcon } from '../../../../components/status/status-icon.tsx';
import { ExactTime } from '../../../../components/time/times.tsx';
import styles from './job-output.module.css';

const { Component: OutputPlayer } = lazyChunk(
  async () => (await import('./output-player.tsx')).OutputPlayer,
);

/** A link counts for ten minutes, so a page that stays open always has one that counts. */
const NEW_LINK_MS = 5 * 60_000;

/** What the newest attempt that published anything has put out. */
export function JobOutput({ job, attempts }: { job: WireJob; attempts: readonly WireAttempt[] }) {
  const attempt = attempts.find(({ outputs = [] }) => outputs.length > 0);
  if (attempt?.outputs === undefined) return null;
  return (
    <section aria-label="Output" className={styles.outputs}>
      {attempt.outputs.map((output) => (
        <Output key={output.number} job={job} attempt={attempt.number} output={output} />
      ))}
    </section>
  );
}

type Props = { job: WireJob; attempt: number; output: WireOutput };

/** One output: when it came out, what it is, where it is, and what can be done with it. */
function Output({ job, attempt, output }: Props) {
  const { path, publishedAt, sha256, notMeasured } = output;
  const isFinished = endOf(job.status) === 'finished';
  return (
    <div className={styles.output}>
      <StatusIcon label="Finished" />
      <div className={styles.facts}>
        <Text fz={16} lh="24px" fw={600}>
          {isFinished && 'Finished. '}Published at <ExactTime at={publishedAt} />
          {sha256 !== null && (
            <>
              , checksum <code title={`SHA-256 ${sha256}`}>{shortened(sha256)}</code>
            </>
          )}
        </Text>
        <Text fz={13} lh="18px">
          <Name of={fileNameOf(path)} />, {describeOutputFacts(output)}
          {notMeasured === null && ', as measured'}
        </Text>
        <Text fz={12} lh="16px" c="dimmed">
          <Name of={path} />
        </Text>
      </div>
      <OutputActions id={job.id} attempt={attempt} output={output} />
    </div>
  );
}

const shortened = (sum: string) => `${sum.slice(0, 6)}…${sum.slice(-4)}`;

function useOutputLink(id: string, attempt: number, output: number) {
  const { client, trpc } = useApi();
  const place = { id, attempt, output };
  return useQuery({
    queryKey: trpc.getOutputLink.queryKey(place),
    queryFn: ({ signal }) => client.getOutputLink.query(place, { signal }),
    refetchInterval: NEW_LINK_MS,
  });
}

type ActionProps = { id: string; attempt: number; output: WireOutput };

/** What can be done with an output. A control that cannot act says why, below all of them. */
function OutputActions({ id, attempt, output }: ActionProps) {
  const { data, refetch } = useOutputLink(id, attempt, output.number);
  const [isOpen, setOpen] = useState(false);
  const name = fileNameOf(output.path);
  const { address = null, shownAs = null, why = null } = data ?? {};
  const noFile = data === undefined || address === null ? (why ?? 'Looking for the file…') : null;
  const notShown = shownAs === null ? (why ?? noFile) : null;
  const renew = async () => (await refetch()).data?.address ?? null;
  return (
    <div className={styles.actions}>
      <ActionButton
        size="xs"
        variant="default"
        aria-label={`${SHOW[shownAs ?? 'video']} ${name}`}
        whyNot={notShown}
        onClick={() => setOpen(true)}
      >
        {SHOW[shownAs ?? 'video']}
      </ActionButton>
      {noFile === null ? (
        <Button
          component="a"
          size="xs"
          variant="default"
          href={`${address}&download=true`}
          download={name}
          aria-label={`Download ${name}`}
        >
          Download
        </Button>
      ) : (
        <ActionButton size="xs" variant="default" whyNot={noFile}>
          Download
        </ActionButton>
      )}
      <CopyButton label="Copy path" text={() => output.path} />
      {output.sha256 !== null && (
        <CopyButton label="Copy checksum" text={() => output.sha256 ?? ''} />
      )}
      {isOpen && address !== null && shownAs !== null && (
        <Suspense>
          <OutputPlayer
            {...{ name, shownAs, renew }}
            address={address}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </div>
  );
}

const SHOW: Readonly<Record<NonNullable<GetOutputLinkOutput['shownAs']>, string>> = {
  video: 'Play',
  sound: 'Play',
  picture: 'Show',
};
