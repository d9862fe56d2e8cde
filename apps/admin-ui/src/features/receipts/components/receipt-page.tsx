import { Box } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useApi } from '../../../api/api.ts';
import { errorMessage } from '../../../api/describe-failure.ts';
import { useMe } from '../../../api/me.ts';
import { Name } from '../../../components/name.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { Receipt } from '../../../components/receipt/receipt.tsx';
import { whyGone } from '../../../components/why-gone.ts';
import { useConnection } from '../../../live/use-connection.ts';
import { useJob } from '../../../live/use-job.ts';

const REFETCH_MS = 2_000;

/** The receipt of a number; its job also goes to the job store, which follows the live stream. */
function useReceipt(number: number) {
  const { client, jobs, trpc } = useApi();
  const { state } = useConnection();
  return useQuery({
    queryKey: trpc.getReceipt.queryKey({ number }),
    queryFn: async ({ signal }) => {
      const found = await client.getReceipt.query({ number }, { signal });
      jobs.put([found.job]);
      return found;
    },
    refetchInterval: state.kind === 'live' ? false : REFETCH_MS,
  });
}

/** The present receipt at its own address. `number` is null if the address names none. */
export function ReceiptPage({ number }: { number: number | null }) {
  return number === null ? (
    <>
      <PageHeading title="Receipt" />
      <p role="alert">
        <NoReceipt />
      </p>
    </>
  ) : (
    <NumberedReceipt number={number} />
  );
}

function NoReceipt() {
  const gone = whyGone(useMe());
  return (
    <>
      No receipt with this number. {gone}{' '}
      <Link to="/queue" search={{ show: 'active' }}>
        Queue
      </Link>
    </>
  );
}

function NumberedReceipt({ number }: { number: number }) {
  const found = useReceipt(number);
  return (
    <>
      <PageHeading title={`Receipt #${number}`} />
      {found.data !== undefined && <OpenReceipt id={found.data.job.id} />}
      {found.data === undefined && found.isError && (
        <p role="alert">
          {problemOf(found.error)?.code === 'receipt_not_found' ? (
            <NoReceipt />
          ) : (
            `Receipt not loaded. ${errorMessage(found.error)}`
          )}
        </p>
      )}
    </>
  );
}

/** Focus moves to the verdict once it is known. */
function OpenReceipt({ id }: { id: string }) {
  const job = useJob(id);
  const verdict = useRef<HTMLHeadingElement>(null);
  useEffect(() => verdict.current?.focus({ preventScroll: true }), []);
  if (job === undefined || job.receipt === null) return null;
  return (
    <Box maw={720}>
      <p>
        Of the job{' '}
        <Link to="/jobs/$id" params={{ id }}>
          <Name of={job.name} />
        </Link>
      </p>
      <Receipt job={job} receipt={job.receipt} verdictRef={verdict} heading="h2" />
    </Box>
  );
}
