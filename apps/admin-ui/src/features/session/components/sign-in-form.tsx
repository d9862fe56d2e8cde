import { Box, Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { errorMessage } from '../../../api/describe-failure.ts';
import { Dialog, Failure } from '../../../components/dialog.tsx';
import { formatTime } from '../../../components/time/format-time.ts';
import { usePageTitle } from '../../../hooks/use-page-title.ts';

/** Name and password. After a refusal both stay, and focus returns to the password. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const passwordField = useRef<HTMLInputElement>(null);
  const login = useLogin({
    onSuccess: onSignedIn,
    onError: () => passwordField.current?.focus(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!login.isPending) login.mutate({ username, password });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          autoFocus
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          ref={passwordField}
          visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Failure size="md" mt={0}>
          {login.error !== null && describeRefusal(login.error)}
        </Failure>
        <Button type="submit" disabled={username === '' || password === ''}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function describeRefusal(error: unknown): string {
  const problem = problemOf(error);
  if (problem?.code === 'wrong_credentials') return 'Name or password is wrong.';
  const seconds = problem?.facts.retryAfterSeconds;
  return problem?.code === 'too_many_requests' && typeof seconds === 'number'
    ? `Try again in ${seconds} s.`
    : errorMessage(error);
}

/** Signs in; the server sets the session cookie. */
function useLogin(callbacks: { onSuccess: () => void; onError: () => void }) {
  const { trpc } = useApi();
  return useMutation(trpc.login.mutationOptions(callbacks));
}

export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  usePageTitle('Sign in');
  return (
    <Box component="main" maw={372} mx="auto" px={16} pt="16vh" pb={16}>
      <Title fz={24} mb={24}>
        Renderdeck
      </Title>
      <SignInForm onSignedIn={onSignedIn} />
    </Box>
  );
}

/** Shown when the session ends during work; the page stays behind it as it was. */
export function SignedOutDialog({ onSignedIn }: { onSignedIn: () => void }) {
  const { clock } = useApi();
  const [at] = useState(clock.now);
  return (
    <Dialog title="Signed out" width={400} onClose={null}>
      <p role="alert">Signed out at {formatTime(at)}. Sign in to go on.</p>
      <SignInForm onSignedIn={onSignedIn} />
    </Dialog>
  );
}
