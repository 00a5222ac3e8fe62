/** The open alerts of one machine, on its page. */
import { AlertItem } from './alert-item.js';
import classes from './alerts.module.css';
import { useMachineAlerts } from './use-alerts.js';

/** Renders nothing if there are none. */
export function MachineAlerts({ machineId }: { machineId: string }) {
  const alerts = useMachineAlerts(machineId);
  if (alerts.length === 0) return null;
  return (
    <section aria-label="Open alerts" className={classes.machineAlerts}>
      <ul className={`panel ${classes.list}`}>
        {alerts.map((alert) => (
          <AlertItem key={alert.id} alert={alert} withMachine={false} />
        ))}
      </ul>
    </section>
  );
}
