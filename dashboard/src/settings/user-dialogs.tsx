/** Dialogs that add and change users. */
import {
  Button,
  Group,
  Modal,
  PasswordInput,
  Select,
  type SelectProps,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEventHandler, type ReactNode, useState } from 'react';
import { type Role, TEXT_LIMITS, type User } from '../../../src/contracts/index.js';
import { changeUser, createUser } from '../shared/api/administration.js';
import { ApiError, fieldErrors } from '../shared/api/errors.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { showSuccess } from '../shared/ui/toasts.js';
import { newPasswordFault, PASSWORD_RULE } from './new-password.js';
import { ROLE_CHOICES } from './roles.js';

/** Key of the query for the users. */
export const USERS_KEY = 'users';

const emailFault = (value: string) => (value.includes('@') ? null : 'Enter an e-mail address');

/** Adds a user, who can change the password later. */
export function NewUserDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add a user">
      <NewUserForm onDone={onClose} />
    </Modal>
  );
}

function NewUserForm({ onDone }: { onDone: () => void }) {
  const { api } = useServices();
  const form = useForm({
    initialValues: { email: '', password: '', role: 'viewer' as Role },
    validate: { email: emailFault, password: newPasswordFault },
  });
  const { failure, save } = useSave(form.setErrors, ['email', 'password', 'role']);
  const submit = form.onSubmit(({ email, password, role }) =>
    save(async () => {
      const user = await createUser(api, { email: email.trim(), password, role });
      showSuccess(`${user.email} may sign in now.`);
      return onDone;
    }),
  );
  return (
    <UserForm
      failure={failure}
      busy={form.submitting}
      onSubmit={submit}
      onCancel={onDone}
      action="Add"
    >
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="off"
        maxLength={TEXT_LIMITS.email}
        data-autofocus
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label="Password"
        description={`${PASSWORD_RULE}. Users can change it in their settings.`}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
      <RoleSelect {...form.getInputProps('role')} />
    </UserForm>
  );
}

/** Changes a user's address and role; one's own role stays. Closed while `user` is `null`. */
export function UserDialog(props: { user: User | null; isMe: boolean; onClose: () => void }) {
  const { user, isMe, onClose } = props;
  return (
    <Modal opened={user !== null} onClose={onClose} title="Change user">
      {user !== null && <ChangeForm user={user} isMe={isMe} onDone={onClose} />}
    </Modal>
  );
}

function ChangeForm({ user, isMe, onDone }: { user: User; isMe: boolean; onDone: () => void }) {
  const { api } = useServices();
  const form = useForm({
    initialValues: { email: user.email, role: user.role },
    validate: { email: emailFault },
  });
  const { failure, save } = useSave(form.setErrors, ['email', 'role']);
  const submit = form.onSubmit(({ email, role }) =>
    save(async () => {
      await changeUser(api, user.id, { email: email.trim(), ...(!isMe && { role }) });
      showSuccess('Saved.');
      return onDone;
    }),
  );
  return (
    <UserForm
      failure={failure}
      busy={form.submitting}
      onSubmit={submit}
      onCancel={onDone}
      action="Save"
    >
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="off"
        maxLength={TEXT_LIMITS.email}
        data-autofocus
        {...form.getInputProps('email')}
      />
      {!isMe && <RoleSelect {...form.getInputProps('role')} />}
      <Text size="sm" c="dimmed">
        A change ends {isMe ? 'your other' : 'the user’s'} sessions.
      </Text>
    </UserForm>
  );
}

/** Sets another password for a user. Closed while `user` is `null`. */
export function PasswordDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  return (
    <Modal opened={user !== null} onClose={onClose} title="Set a new password">
      {user !== null && <NewPasswordForm user={user} onDone={onClose} />}
    </Modal>
  );
}

function NewPasswordForm({ user, onDone }: { user: User; onDone: () => void }) {
  const { api } = useServices();
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: newPasswordFault },
  });
  const { failure, save } = useSave(form.setErrors, ['password']);
  const submit = form.onSubmit(({ password }) =>
    save(async () => {
      await changeUser(api, user.id, { password });
      showSuccess(`${user.email} has a new password.`);
      return onDone;
    }),
  );
  return (
    <UserForm
      failure={failure}
      busy={form.submitting}
      onSubmit={submit}
      onCancel={onDone}
      action="Set"
    >
      <Text size="sm">
        {user.email} has to sign in again, with this password. Tell them to change it.
      </Text>
      <PasswordInput
        label="New password"
        description={PASSWORD_RULE}
        autoComplete="new-password"
        data-autofocus
        {...form.getInputProps('password')}
      />
    </UserForm>
  );
}

function RoleSelect(input: SelectProps<Role>) {
  return <Select label="Role" allowDeselect={false} data={ROLE_CHOICES} {...input} />;
}

function UserForm(props: {
  failure: string | null;
  busy: boolean;
  action: string;
  onSubmit: FormEventHandler<HTMLFormElement>;
  onCancel: () => void;
  children: ReactNode;
}) {
  const { failure, busy, action, onSubmit, onCancel, children } = props;
  return (
    <form onSubmit={onSubmit} noValidate autoComplete="off">
      <Stack>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Runs a change, fetches the users again, and puts an error where it belongs. */
function useSave(setErrors: (errors: Record<string, string>) => void, fields: readonly string[]) {
  const queries = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const save = async (change: () => Promise<() => void>) => {
    setFailure(null);
    try {
      const done = await change();
      await queries.invalidateQueries({ queryKey: [USERS_KEY] });
      done();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'users.email_taken') {
        setErrors({ email: 'Another user has this address' });
        return;
      }
      const named = fieldErrors(error, fields);
      setErrors(named.fields);
      setFailure(named.form);
    }
  };
  return { failure, save };
}
