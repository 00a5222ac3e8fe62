/** `/settings/about`: version, licence, documentation, and what is stored where. */
import { Anchor } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { BASE_PATH } from '../shared/base-path.js';
import { PageHead, PageSection } from '../shared/ui/page-section.js';
import { Facts } from './facts.js';
import classes from './settings.module.css';

/** For everyone who may open the dashboard. */
export function AboutPage() {
  useDocumentTitle('About · procspy');
  return (
    <>
      <PageHead title="About" />
      <PageSection title="procspy">
        <Facts
          of={[
            ['Version', __PROCSPY_VERSION__],
            ['Licence', 'MIT'],
            [
              'API',
              <Anchor key="docs" href={`${BASE_PATH}/docs`} size="sm">
                Documentation of every route
              </Anchor>,
            ],
            [
              'OpenAPI',
              <Anchor key="openapi" href={`${BASE_PATH}/api/v1/openapi.json`} size="sm">
                Document for code generators
              </Anchor>,
            ],
          ]}
        />
      </PageSection>
      <PageSection title="What is stored where">
        <div className={classes.prose}>
          <p>
            Everything is in the server's own database: machines, their history, alerts, users, keys
            and the audit log. Passwords and keys are stored as hashes. Secrets of second factors
            and of notification channels are encrypted with the server's own secret. The audit log
            is kept for a year.
          </p>
          <p>
            This browser keeps a cookie with which your session goes on, whether there is a session,
            and how you like the dashboard. Over HTTPS it also keeps the last known machines and
            alerts, to show them while the server cannot be reached, until you sign out. There is no
            tracking, and nothing is loaded from other sites.
          </p>
          <p>
            The server calls others only to notify: the channels that administrators have added.
          </p>
        </div>
      </PageSection>
      <PageSection title="Software of others">
        <div className={classes.prose}>
          <p>
            procspy is built with the work of many. Their licences lie beside the programs: in{' '}
            <code>procspy-server.LICENSES.txt</code> and <code>procspy-agent.LICENSES.txt</code>.
            The dashboard is made with React, Mantine, TanStack Query, uPlot, Socket.IO, Tabler
            Icons and qr.
          </p>
        </div>
      </PageSection>
    </>
  );
}
