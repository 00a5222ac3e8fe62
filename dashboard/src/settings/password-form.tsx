/** Changes one's own password. */
import { Button, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword } from '../shared/api/account.js';
import { ApiError, fieldErrors } from '../shared/api/errors.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { PageSection } from '../shared/ui/page-section.js';
import { showSuccess } from '../shared/ui/toasts.js';
import { newPasswordFault, PASSWORD_RULE } from './new-password.js';
import classes from './settings.module.css';
import { ACCOUNT_KEYS } from './use-account.js';

/** Ends all other sessions. `email` tells password managers whose password it is. */
export function PasswordForm({ email }: { email: string }) {
  const { api } = useServices();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { current_password: '', new_password: '', repeated: '' },
    validate: {
      current_password: (value) => (value === '' ? 'Enter your present password' : null),
      new_password: newPasswordFault,
      repeated: (value, values) =>
        value === values.new_password ? null : 'The two passwords are not the same',
    },
  });
  const submit = form.onSubmit(async ({ current_password, new_password }) => {
    setFailure(null);
    try {
      await changePassword(api, current_password, new_password);
      form.reset();
      showSuccess('Your password is changed. Your other sessions have ended.');
      await queries.invalidateQueries({ queryKey: ACCOUNT_KEYS.sessions });
    } catch (error) {
      if (error instanceof ApiError && error.code === 'auth.wrong_password') {
        form.setFieldError('current_password', 'This is not your present password');
        return;
      }
      const named = fieldErrors(error, ['current_password', 'new_password']);
      form.setErrors(named.fields);
      setFailure(named.form);
    }
  });
  return (
    <PageSection title="Password" hint="A change ends your other sessions.">
      <form onSubmit={submit} noValidate className={classes.form}>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          {...form.getInputProps('current_password')}
        />
        <PasswordInput
          label="New password"
          description={PASSWORD_RULE}
          autoComplete="new-password"
          {...form.getInputProps('new_password')}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          {...form.getInputProps('repeated')}
        />
        <Button type="submit" loading={form.submitting} w="fit-content">
          Change password
        </Button>
      </form>
    </PageSection>
  );
}
