/** The alert that the test button sends. */
import { randomUUID } from 'node:crypto';
import { isoTime } from '../../common/times.js';
import type { Alert } from '../../contracts/index.js';

/** An alert that could have fired at `now` (epoch milliseconds). */
export function sampleAlert(now: number): Alert {
  const time = isoTime(now);
  return {
    id: randomUUID(),
    rule_id: null,
    rule_name: 'Test of this channel',
    machine_id: '00000000-0000-4000-8000-000000000000',
    machine_name: 'procspy',
    metric: 'cpu',
    device: null,
    severity: 'info',
    state: 'firing',
    operator: 'gt',
    threshold: 90,
    first_value: 95,
    last_value: 95,
    peak_value: 95,
    pending_since: time,
    fired_at: time,
    acknowledged_at: null,
    acknowledged_by: null,
    acknowledged_note: null,
    resolved_at: null,
    duration_seconds: 0,
    resolution: null,
    evidence: null,
    silenced_by: null,
    silenced_until: null,
    rule: {
      name: 'Test of this channel',
      metric: 'cpu',
      device: null,
      operator: 'gt',
      threshold: 90,
      for_seconds: 0,
      clear_threshold: null,
      clear_for_seconds: 0,
      missing_data: 'keep',
      missing_after_seconds: null,
      stopped_after_seconds: 3_600,
      asleep_after_seconds: null,
      severity: 'info',
      scope: { all: true },
      channel_ids: [],
      repeat_seconds: null,
      quiet_hours: null,
      enabled: true,
    },
  };
}
