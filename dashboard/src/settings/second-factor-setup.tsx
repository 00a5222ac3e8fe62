/** Sets up a second factor in three steps: password, code of the app, recovery codes. */
import { Button, Center, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { TotpOffer } from '../../../src/contracts/index.js';
import { enableSecondFactor, offerSecondFactor } from '../shared/api/account.js';
import { ApiError, fieldErrors } from '../shared/api/errors.js';
import { useServices } from '../shared/services.js';
import { CopyBox } from '../shared/ui/copy-box.js';
import { Notice } from '../shared/ui/notice.js';
import { ConfirmPassword } from './confirm-password.js';
import { QrCode } from './qr-code.js';
import { RecoveryCodes } from './recovery-codes.js';

/** A dialog; nothing changes before the app's code was confirmed. */
export function SecondFactorSetup(props: { opened: boolean; email: string; onClose: () => void }) {
  const { opened, email, onClose } = props;
  const { api } = useServices();
  const [offer, setOffer] = useState<TotpOffer | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const showsCodes = codes !== null;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => {
        setOffer(null);
        setCodes(null);
      }}
      title={showsCodes ? 'Recovery codes' : 'Set up the second factor'}
      size="lg"
      // A slip must not lose codes that nobody has kept.
      closeOnClickOutside={!showsCodes}
      closeOnEscape={!showsCodes}
      withCloseButton={!showsCodes}
    >
      {showsCodes ? (
        <RecoveryCodes codes={codes} email={email} onDone={onClose} />
      ) : offer === null ? (
        <ConfirmPassword
          action="Continue"
          onCancel={onClose}
          onConfirm={async (password) => setOffer(await offerSecondFactor(api, password))}
        >
          You need an authenticator app, such as Aegis, 2FAS, Google Authenticator or a password
          manager.
        </ConfirmPassword>
      ) : (
        <ConfirmCode offer={offer} onCancel={onClose} onEnabled={setCodes} />
      )}
    </Modal>
  );
}

function ConfirmCode(props: {
  offer: TotpOffer;
  onEnabled: (codes: string[]) => void;
  onCancel: () => void;
}) {
  const { offer, onEnabled, onCancel } = props;
  const { api } = useServices();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { totp: '' },
    validate: {
      totp: (value) => (/^\d{3}\s?\d{3}$/.test(value.trim()) ? null : 'Enter the six digits'),
    },
  });
  const submit = form.onSubmit(async ({ totp }) => {
    setFailure(null);
    try {
      onEnabled(await enableSecondFactor(api, totp.trim()));
    } catch (error) {
      if (error instanceof ApiError && error.code === 'auth.invalid_totp') {
        form.setFieldError(
          'totp',
          'This is not the code of this moment. Is the clock of your phone right?',
        );
        return;
      }
      const named = fieldErrors(error, ['totp']);
      form.setErrors(named.fields);
      setFailure(named.form);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        <Text size="sm">Scan this code with the app, or type the secret into it.</Text>
        <Center>
          <QrCode text={offer.uri} label="QR code for your authenticator app" />
        </Center>
        <CopyBox text={offer.secret} label="Copy the secret" />
        <TextInput
          label="Code that the app shows"
          description="Six digits"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          data-autofocus
          ref={(input) => input?.focus()}
          {...form.getInputProps('totp')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={form.submitting}>
            Switch on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
