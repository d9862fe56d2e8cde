import { Box, Text } from '@mantine/core';
import { NAMED_BY_JOB, writeSecretPath } from '@renderdeck/contract';
import { errorMessage } from '../../../api/describe-failure.ts';
import { useJobDetails } from '../../../api/get-job.ts';
import { useMe } from '../../../api/me.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { nameOf, writeJobText } from '../draft/job-value.ts';
import { draftPlace } from '../draft/stored-draft.ts';
import { SubmitDraft } from './submit-draft.tsx';
import type { SubmitView } from './submit-search.ts';

type View = { readonly view: SubmitView; readonly onView: (view: SubmitView) => void };
type Props = View & { readonly from: string | null };

/** A new job: from nothing, or from an earlier one whose id is `from`. */
export function SubmitPage({ from, ...view }: Props) {
  const { can, admins, user } = useMe();
  return (
    <Box maw={720}>
      <PageHeading title="Submit" />
      {!can.submit && (
        <p>
          You may not submit. Ask {admins.length === 0 ? 'an admin' : admins.join(' or ')} for the
          right.
        </p>
      )}
      {can.submit && from === null && (
        <SubmitDraft place={draftPlace(user.name, null)} filled={{}} {...view} />
      )}
      {can.submit && from !== null && <FromJob id={from} user={user.name} {...view} />}
    </Box>
  );
}

function FromJob({ id, user, ...view }: View & { id: string; user: string }) {
  const { data, isError, error, refetch } = useJobDetails(id);
  if (data === undefined)
    return isError ? (
      <p role="alert">
        The job was not loaded. {errorMessage(error)}{' '}
        <LinkButton onClick={() => void refetch()}>Try again</LinkButton>
      </p>
    ) : (
      <p role="status">Loading the job…</p>
    );
  const { job, nexrenderJob, hidden } = data;
  const filled = {
    name: job.name,
    priority: String(job.priority),
    text: writeJobText(JSON.parse(JSON.stringify(nexrenderJob ?? {}))),
    secrets: hidden
      .filter(({ kinds }) => kinds.includes(NAMED_BY_JOB))
      .map(({ path }) => writeSecretPath(path))
      .join('\n'),
    hidden: hidden.map(({ path }) => nameOf(path)),
  };
  return (
    <>
      <Text size="sm" c="dimmed">
        From <Name of={job.name} />. Its secrets are hidden: type them again.
      </Text>
      <SubmitDraft place={draftPlace(user, id)} filled={filled} {...view} />
    </>
  );
}
