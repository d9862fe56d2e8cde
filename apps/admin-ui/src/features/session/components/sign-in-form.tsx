import { Button, PasswordInput, TextInput } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import { type FormEvent, useRef, useState } from 'react';
import { errorMessage } from '../../../api/error-message.ts';
import { useLogin } from '../api/login.ts';
import styles from './sign-in.module.css';

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
    <form onSubmit={submit} className={styles.form}>
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
      <p role="alert" className={styles.error}>
        {login.error !== null && describeRefusal(login.error)}
      </p>
      <Button type="submit" disabled={username === '' || password === ''}>
        Sign in
      </Button>
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
