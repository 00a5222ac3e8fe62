/** Asks for the password once more before something that changes how one signs in. */
import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { ApiError, fieldErrors } from '../shared/api/errors.js';
import { Notice } from '../shared/ui/notice.js';

/** `danger` colours the button, for what takes protection away. */
export function ConfirmPassword(props: {
  children: ReactNode;
  action: string;
  danger?: boolean;
  onConfirm: (password: string) => Promise<void>;
  onCancel: () => void;
}) {
  const { children, action, danger = false, onConfirm, onCancel } = props;
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (value) => (value === '' ? 'Enter your password' : null) },
  });
  const submit = form.onSubmit(async ({ password }) => {
    setFailure(null);
    try {
      await onConfirm(password);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'auth.wrong_password') {
        form.setFieldError('password', 'This is not your password');
        return;
      }
      const named = fieldErrors(error, ['password']);
      form.setErrors(named.fields);
      setFailure(named.form);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        <Text size="sm" component="div">
          {children}
        </Text>
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps('password')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" color={danger ? 'red.8' : undefined} loading={form.submitting}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
