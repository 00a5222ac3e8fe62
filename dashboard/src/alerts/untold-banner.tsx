/** Warns while a rule tells nobody, with a link that mends it. */
import { Link } from 'react-router';
import { useIsAdmin } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { mendUntold, untoldRules } from './untold.js';
import { useChannels, useRules } from './use-alerts.js';
import { counted, joined } from './words.js';

/** Renders nothing while every rule that is on tells somebody. */
export function UntoldBanner() {
  const rules = useRules();
  const channels = useChannels();
  const isAdmin = useIsAdmin();
  if (rules.data === undefined || channels.data === undefined) return null;
  const untold = untoldRules(rules.data, channels.data);
  if (untold.length === 0) return null;
  const names = joined(untold.map(({ name }) => name));
  const mend = mendUntold(untold, channels.data);
  const verb = untold.length === 1 ? 'tells' : 'tell';
  return (
    <Notice kind="warning" mb="md">
      <strong>
        {counted(untold.length, 'rule')} {verb} nobody:
      </strong>{' '}
      {names}. {isAdmin ? <Link to={mend.to}>{mend.label}</Link> : 'An administrator can mend it.'}
    </Notice>
  );
}
