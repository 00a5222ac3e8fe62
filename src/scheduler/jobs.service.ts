/** Every background job: one line each, the work is done by the modules. */
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Interval, SchedulerRegistry } from '@nestjs/schedule';
import { AlertRoundService } from '../alerts/alert-round.service.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { OutboxService } from '../alerts/notifications/outbox.service.js';
import { AuditService } from '../auth/audit/audit.service.js';
import { AuthMaintenanceService } from '../auth/auth-maintenance.service.js';
import { MachinesService } from '../machines/machines.service.js';
import { PresenceService } from '../machines/presence/presence.service.js';
import { MaintenanceService } from '../metrics/maintenance/maintenance.service.js';
import { JobRunnerService } from './job-runner.service.js';

const SECOND = 1_000;
const AUDIT_RETENTION_MS = 365 * 86_400_000;

/** What runs when. */
@Injectable()
export class JobsService implements BeforeApplicationShutdown {
  constructor(
    private readonly runner: JobRunnerService,
    private readonly maintenance: MaintenanceService,
    private readonly presence: PresenceService,
    private readonly machines: MachinesService,
    private readonly audit: AuditService,
    private readonly access: AuthMaintenanceService,
    private readonly alertRound: AlertRoundService,
    private readonly alerts: AlertsService,
    private readonly outbox: OutboxService,
    private readonly registry: SchedulerRegistry,
  ) {}

  @Interval(10 * SECOND)
  rollUp(): Promise<void> {
    return this.runner.onLeader('roll_up', (signal) => this.maintenance.rollUp(signal));
  }

  @Interval(60 * SECOND)
  compact(): Promise<void> {
    return this.runner.onLeader('compact', (signal) => this.maintenance.compact(signal));
  }

  @Interval(5 * SECOND)
  sweepPresence(): Promise<void> {
    return this.runner.onLeader('sweep_presence', (signal) => this.presence.sweep(signal));
  }

  @Interval(60 * SECOND)
  retain(): Promise<void> {
    return this.runner.onLeader('retain', (signal) => this.maintenance.retain(signal));
  }

  @Interval(600 * SECOND)
  forgetDevices(): Promise<void> {
    return this.runner.onLeader('forget_devices', (signal) =>
      this.maintenance.forgetDevices(signal),
    );
  }

  @Interval(15 * SECOND)
  purgeDeletedMachines(): Promise<void> {
    return this.runner.onLeader('purge_deleted_machines', (signal) =>
      this.maintenance.purgeDeletedMachines(signal),
    );
  }

  @Interval(5 * SECOND)
  evaluateAlerts(): Promise<void> {
    return this.runner.onLeader('evaluate_alerts', (signal) => this.alertRound.run(signal));
  }

  @Interval(SECOND)
  sendNotifications(): Promise<void> {
    return this.runner.onLeader('send_notifications', (signal) => this.outbox.sendDue(signal));
  }

  @Interval(600 * SECOND)
  pruneDeliveries(): Promise<void> {
    return this.runner.onLeader('prune_deliveries', (signal) => this.outbox.prune(signal));
  }

  @Interval(600 * SECOND)
  pruneAlerts(): Promise<void> {
    return this.runner.onLeader('prune_alerts', (signal) => this.alerts.prune(signal));
  }

  @Interval(3_600 * SECOND)
  pruneAccess(): Promise<void> {
    return this.runner.onLeader('prune_access', (signal) => this.access.prune(signal));
  }

  @Interval(3_600 * SECOND)
  pruneGoodbyes(): Promise<void> {
    return this.runner.onLeader('prune_goodbyes', () => this.machines.pruneGoodbyes());
  }

  @Interval(3_600 * SECOND)
  pruneAudit(): Promise<void> {
    return this.runner.onLeader('prune_audit', () =>
      this.audit.prune(Date.now() - AUDIT_RETENTION_MS),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const name of this.registry.getIntervals()) {
      this.registry.deleteInterval(name);
    }
    await this.runner.stop();
  }
}
