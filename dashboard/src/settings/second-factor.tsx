/** The second factor of one's own account: its state, and how to switch it on and off. */
import { Badge, Button, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { Me } from '../../../src/contracts/index.js';
import { disableSecondFactor } from '../shared/api/account.js';
import { useServices } from '../shared/services.js';
import { PageSection } from '../shared/ui/page-section.js';
import { showSuccess } from '../shared/ui/toasts.js';
import { ConfirmPassword } from './confirm-password.js';
import { SecondFactorSetup } from './second-factor-setup.js';
import { ACCOUNT_KEYS } from './use-account.js';

/** With fewer codes left than this the page says how to get new ones. */
const FEW_CODES = 4;

/** A section of the account page. */
export function SecondFactor({ me }: { me: Me }) {
  const { api } = useServices();
  const queries = useQueryClient();
  const [settingUp, setup] = useDisclosure(false);
  const [disabling, disable] = useDisclosure(false);
  const left = me.recovery_codes_left;
  const renew = () => queries.invalidateQueries({ queryKey: ACCOUNT_KEYS.me });
  return (
    <PageSection
      title="Second factor"
      actions={
        me.totp_enabled ? (
          <Badge variant="light" color="brand">
            On
          </Badge>
        ) : (
          <Badge variant="default">Off</Badge>
        )
      }
    >
      <Text size="sm" mb="sm" maw="72ch">
        {me.totp_enabled
          ? `Signing in takes a code of your authenticator app beside your password. ${left} recovery ${left === 1 ? 'code is' : 'codes are'} left.`
          : 'With a second factor, signing in takes a code of an authenticator app on your phone beside your password.'}
        {me.totp_enabled &&
          left < FEW_CODES &&
          ' For new ones, disable the second factor and set it up again.'}
      </Text>
      {me.totp_enabled ? (
        <Button variant="default" onClick={disable.open}>
          Disable
        </Button>
      ) : (
        <Button onClick={setup.open}>Set up</Button>
      )}
      <SecondFactorSetup
        opened={settingUp}
        email={me.email}
        onClose={() => {
          setup.close();
          void renew();
        }}
      />
      <Modal opened={disabling} onClose={disable.close} title="Disable the second factor?">
        <ConfirmPassword
          action="Disable"
          danger
          onCancel={disable.close}
          onConfirm={async (password) => {
            await disableSecondFactor(api, password);
            await renew();
            disable.close();
            showSuccess('The second factor is off.');
          }}
        >
          Your password alone is then enough to sign in. The recovery codes end too.
        </ConfirmPassword>
      </Modal>
    </PageSection>
  );
}
