/** What the page of alerts shows: state, severity, machine, rule, and whether it is grouped. */
import { SegmentedControl, Select, Switch } from '@mantine/core';
import {
  ALERT_SEVERITIES,
  type AlertRule,
  type MachineSummary,
} from '../../../src/contracts/index.js';
import classes from './alert-filters.module.css';
import { ALERT_VIEWS, type AlertView } from './alert-view.js';

const SEVERITIES = [...ALERT_SEVERITIES]
  .reverse()
  .map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }));

/** Reports each change with the whole view. */
export function AlertFilters(props: {
  view: AlertView;
  machines: readonly MachineSummary[];
  rules: readonly AlertRule[];
  onChange: (view: AlertView) => void;
}) {
  const { view, machines, rules, onChange } = props;
  return (
    <div className={classes.filters}>
      <SegmentedControl
        size="xs"
        bg="var(--segment)"
        aria-label="State"
        data={ALERT_VIEWS.map(({ value, label }) => ({ value, label }))}
        value={view.state}
        onChange={(state) => onChange({ ...view, state: state as AlertView['state'] })}
      />
      <Select
        size="xs"
        className={classes.choice}
        aria-label="Severity"
        placeholder="Every severity"
        clearable
        data={SEVERITIES}
        value={view.severity}
        onChange={(severity) => onChange({ ...view, severity: severity as AlertView['severity'] })}
      />
      <Select
        size="xs"
        className={classes.choice}
        aria-label="Machine"
        placeholder="Every machine"
        clearable
        searchable
        limit={100}
        data={machines.map(({ machine_id, machine_name }) => ({
          value: machine_id,
          label: machine_name,
        }))}
        value={view.machineId}
        onChange={(machineId) => onChange({ ...view, machineId })}
      />
      <Select
        size="xs"
        className={classes.choice}
        aria-label="Rule"
        placeholder="Every rule"
        clearable
        searchable
        data={rules.map(({ id, name }) => ({ value: id, label: name }))}
        value={view.ruleId}
        onChange={(ruleId) => onChange({ ...view, ruleId })}
      />
      <Switch
        size="xs"
        className={classes.group}
        label="By machine"
        checked={view.byMachine}
        onChange={(event) => onChange({ ...view, byMachine: event.currentTarget.checked })}
      />
    </div>
  );
}
