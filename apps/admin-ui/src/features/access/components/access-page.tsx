import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { errorMessage } from '../../../api/describe-failure.ts';
import { useMe } from '../../../api/me.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { useAccess } from '../api/use-access.ts';
import styles from './access.module.css';
import { AccessDialog, type AccessRequest } from './access-dialog.tsx';
import { SessionsTable, TokensTable, UsersTable } from './access-tables.tsx';

/** Who may sign in, and as what. */
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
      <section aria-labelledby="access-users" className={styles.section}>
        <h2 id="access-users">Users</h2>
        <ActionButton
          size="xs"
          onClick={({ currentTarget }) => setRequest({ dialog: 'addUser', opener: currentTarget })}
        >
          Add user
        </ActionButton>
        <UsersTable users={users.data?.users ?? null} onAsk={setRequest} />
      </section>
      <section aria-labelledby="access-tokens" className={styles.section}>
        <h2 id="access-tokens">Tokens</h2>
        <p className={styles.hint}>A program signs in with a token. It has a role like a user.</p>
        <ActionButton
          size="xs"
          onClick={({ currentTarget }) => setRequest({ dialog: 'addToken', opener: currentTarget })}
        >
          Make token
        </ActionButton>
        <TokensTable tokens={tokens.data?.tokens ?? null} onAsk={setRequest} />
      </section>
      <section aria-labelledby="access-sessions" className={styles.section}>
        <h2 id="access-sessions">Sessions</h2>
        <SessionsTable sessions={sessions.data?.sessions ?? null} onAsk={setRequest} />
      </section>
      {request !== null && <AccessDialog request={request} onClose={close} />}
    </>
  );
}
