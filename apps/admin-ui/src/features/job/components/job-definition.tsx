import { Box, Code, List, Text } from '@mantine/core';
import '@mantine/core/styles/Code.css';
import {
  countHidden,
  describeHiddenPlace,
  visibleJson,
  visibleText,
  writePath,
} from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import type { JobDetails } from '../../../api/get-job.ts';
import { useMe } from '../../../api/me.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { JobWarnings } from '../../../components/job-warnings.tsx';
import { RelativeTime } from '../../../components/time/times.tsx';

/** The nexrender job as submitted, with its secrets hidden. */
export function JobDefinition({ details }: { details: JobDetails }) {
  const { job, nexrenderJob, hidden, secretsDeletedAt, warnings } = details;
  const { can } = useMe();
  const text = JSON.stringify(nexrenderJob, null, 2);
  return (
    <Box component="section" mb={24} aria-label="Definition">
      {secretsDeletedAt !== null && (
        <p>
          Its secrets were deleted <RelativeTime at={secretsDeletedAt} />. To submit it again, enter
          them once more.
        </p>
      )}
      <Text size="sm" c="dimmed" mb={8} display="flex" style={{ alignItems: 'center', gap: 16 }}>
        Read only. {hidden.length === 0 ? 'No value hidden.' : `${countHidden(hidden)} as •••.`}
        <CopyButton label="Copy JSON" text={() => text} />
        {can.submit && (
          <Link to="/submit" search={{ from: job.id }}>
            Edit and submit
          </Link>
        )}
      </Text>
      <JobWarnings of={warnings} />
      {hidden.length > 0 && (
        <List aria-label="Hidden values" size="sm" mb={8} style={{ overflowWrap: 'anywhere' }}>
          {hidden.map((place) => (
            <List.Item key={writePath(place.path)}>
              {visibleText(describeHiddenPlace(place))}
            </List.Item>
          ))}
        </List>
      )}
      <Code
        block
        role="document"
        aria-label="Definition"
        tabIndex={0}
        mah={340}
        p={12}
        lh={1.5}
        bd="1px solid var(--rd-line)"
        color="var(--rd-bg-hover)"
      >
        {visibleJson(text)}
      </Code>
    </Box>
  );
}
