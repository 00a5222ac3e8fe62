/**
 * The first start: creates the first administrator with the one-time code that the server printed.
 */

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { MIN_PASSWORD_LENGTH } from '../../../src/contracts/index.js';
import { ApiError, fieldErrors } from '../shared/api/errors.js';
import { useServices, useSession } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { AuthCard } from './auth-card.js';

/** `/setup?code=…`. */
export function SetupPage() {
  const { session } = useServices();
  const state = useSession();
  const [parameters] = useSearchParams();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { code: parameters.get('code') ?? '', email: '', password: '', repeated: '' },
    validate: {
      code: (value) => (value.trim() === '' ? "Enter the code from the server's output" : null),
      email: (value) => (value.includes('@') ? null : 'Enter an e-mail address'),
      password: (value) =>
        value.length < MIN_PASSWORD_LENGTH
          ? `Use at least ${MIN_PASSWORD_LENGTH} characters`
          : null,
      repeated: (value, values) =>
        value === values.password ? null : 'The two passwords are not the same',
    },
  });

  if (state.phase === 'ready' && !state.setupRequired) return <Navigate to="/" replace />;

  const submit = form.onSubmit(async ({ code, email, password }) => {
    setFailure(null);
    try {
      await session.setup({ code: code.trim(), email: email.trim(), password });
    } catch (error) {
      if (error instanceof ApiError && error.code === 'auth.invalid_setup_code') {
        form.setFieldError('code', error.message);
        return;
      }
      const { fields, form: general } = fieldErrors(error, ['code', 'email', 'password']);
      form.setErrors(fields);
      setFailure(general);
    }
  });

  return (
    <AuthCard
      title="Set up procspy"
      hint="Create the administrator's account. The server printed a one-time code when it started."
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          {failure !== null && <Notice kind="error">{failure}</Notice>}
          <TextInput
            label="One-time code"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('code')}
          />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            description={`At least ${MIN_PASSWORD_LENGTH} characters`}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <PasswordInput
            label="Password again"
            autoComplete="new-password"
            {...form.getInputProps('repeated')}
          />
          <Button type="submit" loading={form.submitting} fullWidth mt={4}>
            Create account and sign in
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
