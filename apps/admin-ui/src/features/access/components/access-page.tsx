import { Box, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { errorMessage } from '../../../api/describe-failure.ts';
import { useMe } from '../../../api/me.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { useAccess } from '../api/use-access.ts';
import { AccessDialog, type AccessRequest } from './access-dialog.tsx';
import { SessionsTable, TokensTable, UsersTable } from './access-tables.tsx';

/** Who may sign in, and with which role. */
export function AccessPage() {
  const { can } = useMe();
  return (
    <>
      <PageHeading title="Access" />
      {can.access ? (
        <Access />
      ) : (
        <p>
          You may not see this.{' '}
          <Link to="/queue" search={{ show: 'active' }}>
            Queue
          </Link>
        </p>
      )}
    </>
  );
}

function Access() {
  const { users, tokens, sessions } = useAccess();
  const [request, setRequest] = useState<AccessRequest | null>(null);
  const failed = [users, tokens, sessions].find(({ isError }) => isError);
  const close = () => {
    setRequest(null);
    const opener = request?.opener;
    requestAnimationFrame(() =>
      (opener?.isConnected ? opener : document.querySelector<HTMLElement>('h1'))?.focus(),
    );
  };
  return (
    <>
      {failed !== undefined && <p role="alert">Access not loaded. {errorMessage(failed.error)}</p>}
      <Box component="section" aria-labelledby="access-users" mt={16} mb={32}>
        <Title order={2} id="access-users" mb={8}>
          Users
        </Title>
        <ActionButton
          size="xs"
          onClick={({ currentTarget }) => setRequest({ dialog: 'addUser', opener: currentTarget })}
        >
          Add user
        </ActionButton>
        <UsersTable users={users.data?.users ?? null} onAsk={setRequest} />
      </Box>
      <Box component="section" aria-labelledby="access-tokens" mt={16} mb={32}>
        <Title order={2} id="access-tokens" mb={8}>
          Tokens
        </Title>
        <Text size="sm" c="dimmed" mb={8}>
          A program signs in with a token. It has a role like a user.
        </Text>
        <ActionButton
          size="xs"
          onClick={({ currentTarget }) => setRequest({ dialog: 'addToken', opener: currentTarget })}
        >
          Make token
        </ActionButton>
        <TokensTable tokens={tokens.data?.tokens ?? null} onAsk={setRequest} />
      </Box>
      <Box component="section" aria-labelledby="access-sessions" mt={16} mb={32}>
        <Title order={2} id="access-sessions" mb={8}>
          Sessions
        </Title>
        <SessionsTable sessions={sessions.data?.sessions ?? null} onAsk={setRequest} />
      </Box>
      {request !== null && <AccessDialog request={request} onClose={close} />}
    </>
  );
}
