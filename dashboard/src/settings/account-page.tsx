/** `/settings/account`: one's own password, second factor and sessions. */
import { useDocumentTitle } from '@mantine/hooks';
import { formatDateTime } from '../shared/format/time.js';
import { PageHead, PageSection } from '../shared/ui/page-section.js';
import { QueryView } from '../shared/ui/query-view.js';
import { Facts } from './facts.js';
import { PasswordForm } from './password-form.js';
import { ROLE_LABELS } from './roles.js';
import { SecondFactor } from './second-factor.js';
import { SessionList } from './session-list.js';
import { useMe } from './use-account.js';

/** The account of whoever is signed in. */
export function AccountPage() {
  const me = useMe();
  useDocumentTitle('Account · procspy');
  return (
    <>
      <PageHead title="Account" />
      <QueryView query={me}>
        {(user) => (
          <>
            <PageSection title="You">
              <Facts
                of={[
                  ['E-mail', user.email],
                  ['Role', ROLE_LABELS[user.role]],
                  ['Member since', formatDateTime(user.created_at)],
                  ['Last sign-in', formatDateTime(user.last_login_at)],
                ]}
              />
            </PageSection>
            <PasswordForm email={user.email} />
            <SecondFactor me={user} />
          </>
        )}
      </QueryView>
      <SessionList />
    </>
  );
}
