/** Sign-in with e-mail and password, and with a second factor if the account has one. */

import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';
import { ApiError, errorMessage } from '../shared/api/errors.js';
import { useServices, useSession } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { AuthCard } from './auth-card.js';
import { safeNext } from './next-page.js';

/** `/login?next=…`. */
export function LoginPage() {
  const { session } = useServices();
  const state = useSession();
  const [parameters] = useSearchParams();
  const [needsTotp, setNeedsTotp] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: '', password: '', totp: '' },
    validate: {
      email: (value) => (value.includes('@') ? null : 'Enter your e-mail address'),
      password: (value) => (value === '' ? 'Enter your password' : null),
      totp: (value) => (needsTotp && value.trim() === '' ? 'Enter the code' : null),
    },
  });

  if (state.phase === 'ready') {
    if (state.user !== null) return <Navigate to={safeNext(parameters.get('next'))} replace />;
    if (state.setupRequired) return <Navigate to="/setup" replace />;
  }

  const submit = form.onSubmit(async ({ email, password, totp }) => {
    setFailure(null);
    try {
      const secondFactor = needsTotp ? { totp: totp.trim() } : {};
      await session.login({ email: email.trim(), password, ...secondFactor });
    } catch (error) {
      if (error instanceof ApiError && error.code === 'auth.totp_required' && !needsTotp) {
        setNeedsTotp(true);
      } else {
        setFailure(errorMessage(error));
      }
    }
  });

  return (
    <AuthCard title="Sign in" hint="Your machines are waiting.">
      <form onSubmit={submit} noValidate>
        <Stack>
          {failure !== null && <Notice kind="error">{failure}</Notice>}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            data-autofocus
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            {...form.getInputProps('password')}
          />
          {needsTotp && (
            <TextInput
              label="Code of your second factor"
              description="Six digits from your authenticator app, or a recovery code"
              autoComplete="one-time-code"
              ref={(input) => input?.focus()}
              {...form.getInputProps('totp')}
            />
          )}
          <Button type="submit" loading={form.submitting} fullWidth mt={4}>
            Sign in
          </Button>
          {state.phase === 'ready' && !state.authRequired && (
            <Anchor component={Link} to="/" size="sm" ta="center">
              Go on without signing in
            </Anchor>
          )}
        </Stack>
      </form>
    </AuthCard>
  );
}
