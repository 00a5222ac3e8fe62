/** Rules as administrators keep them. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditService } from '../../auth/audit/audit.service.js';
import type { Actor } from '../../auth/principal.js';
import { Clock } from '../../common/clock.js';
import { AppError, InvalidInputError, NotFoundError } from '../../common/errors.js';
import { isoTime } from '../../common/times.js';
import type { AlertRule, AlertRuleDefinition, AlertScope, Page } from '../../contracts/index.js';
import { MachineDirectoryService } from '../../machines/registry/machine-directory.service.js';
import { SettingStore } from '../../settings/setting.store.js';
import { ChannelsStore } from '../channels/channels.store.js';
import { DeliveriesStore } from '../records/deliveries.store.js';
import { DEFAULT_RULES } from './default-rules.js';
import { quietUntil } from './quiet-hours.js';
import type { RuleBodyDto, RuleChangesDto } from './rule.dto.js';
import type { RuleEntity } from './rule.entity.js';
import { definitionOf, watchesOther } from './rule-check.js';
import { RulesStore } from './rules.store.js';

const DEFAULTS_CREATED = 'alerts.default_rules_created';
const MAX_RULES = 1_000;

/** Lists, creates, changes and deletes rules. Throws `alerts.rule_not_found`, `alerts.invalid_rule`. */
@Injectable()
export class RulesService implements OnApplicationBootstrap {
  constructor(
    private readonly store: RulesStore,
    private readonly channels: ChannelsStore,
    private readonly deliveries: DeliveriesStore,
    private readonly machines: MachineDirectoryService,
    private readonly settings: SettingStore,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Creates the default rules on the very first start; deleted ones do not come back. */
  async onApplicationBootstrap(): Promise<void> {
    if ((await this.settings.value(DEFAULTS_CREATED)) === null) {
      await this.store.insertMissing(
        DEFAULT_RULES.map(({ id, definition }, index) => ({
          ...this.newRow(definition),
          id,
          created_at: this.clock.now() + index,
        })),
      );
      await this.settings.valueOr(DEFAULTS_CREATED, 'true');
    }
  }

  async list(): Promise<Page<AlertRule>> {
    const rules = await this.store.all();
    return { items: rules.map(toRule), total: rules.length, next: null };
  }

  async get(id: string): Promise<AlertRule> {
    return toRule(await this.find(id));
  }

  async create(body: RuleBodyDto, by: Actor): Promise<AlertRule> {
    const definition = await this.checked(body);
    if ((await this.store.count()) >= MAX_RULES) {
      throw new AppError(
        'conflict',
        'alerts.too_many_rules',
        `there are ${MAX_RULES} rules already`,
      );
    }
    const rule = this.newRow(definition);
    await this.store.insert(rule);
    await this.record('alert_rule.create', rule, by);
    return toRule(rule);
  }

  /** Changes what `changes` names; open alerts end if the rule now watches something else. */
  async change(id: string, changes: RuleChangesDto, by: Actor): Promise<AlertRule> {
    const seen = await this.find(id);
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    return this.update(seen, { ...seen.definition, ...Object.fromEntries(given) }, by);
  }

  /** Puts `body` in the rule's place. */
  async replace(id: string, body: RuleBodyDto, by: Actor): Promise<AlertRule> {
    return this.update(await this.find(id), body, by);
  }

  /** Its open alerts end at the next evaluation. */
  async remove(id: string, by: Actor): Promise<void> {
    const rule = await this.find(id);
    await this.store.remove(id);
    await this.record('alert_rule.delete', rule, by);
  }

  /**
   * A definition whose channels and machines exist. Machines that `before` names already may be
   * gone: a rule outlives them and must stay changeable.
   */
  async checked(body: RuleBodyDto, before?: AlertRuleDefinition): Promise<AlertRuleDefinition> {
    const definition = definitionOf(body);
    const known = new Set((await this.channels.all()).map(({ id }) => id));
    const unknown = definition.channel_ids.filter((id) => !known.has(id));
    if (unknown.length > 0) {
      throw new InvalidInputError(
        'alerts.unknown_channel',
        `channel_ids: no channel has the id ${unknown.join(', ')}`,
      );
    }
    await this.checkMachines(definition.scope, before?.scope);
    return definition;
  }

  private async checkMachines(scope: AlertScope, before: AlertScope | undefined): Promise<void> {
    const kept = new Set(machineIdsOf(before));
    const added = machineIdsOf(scope).filter((id) => !kept.has(id));
    const known = await this.machines.resolveMany(added);
    const unknown = added.filter((id) => !known.has(id));
    if (unknown.length > 0) {
      throw new InvalidInputError(
        'alerts.unknown_machine',
        `scope.machine_ids: no machine has the id ${unknown.join(', ')}`,
      );
    }
  }

  private async update(seen: RuleEntity, body: RuleBodyDto, by: Actor): Promise<AlertRule> {
    const definition = await this.checked(body, seen.definition);
    const next: RuleEntity = {
      ...seen,
      name: definition.name,
      enabled: definition.enabled,
      definition,
      revision: seen.revision + (watchesOther(seen.definition, definition) ? 1 : 0),
      updated_at: Math.max(this.clock.now(), seen.updated_at + 1),
    };
    if (!(await this.store.update(seen, next))) {
      throw new AppError('conflict', 'alerts.rule_changed', 'the rule was changed meanwhile');
    }
    if (seen.definition.quiet_hours) {
      const now = this.clock.now();
      const { quiet_hours } = definition;
      const until = (quiet_hours && quietUntil(quiet_hours, now)) ?? now;
      await this.deliveries.bringForward(next.id, until);
    }
    await this.record('alert_rule.update', next, by);
    return toRule(next);
  }

  private newRow(definition: AlertRuleDefinition): RuleEntity {
    const now = this.clock.now();
    return {
      id: randomUUID(),
      name: definition.name,
      enabled: definition.enabled,
      revision: 1,
      definition,
      created_at: now,
      updated_at: now,
    };
  }

  private async find(id: string): Promise<RuleEntity> {
    const rule = await this.store.byId(id);
    if (!rule) {
      throw new NotFoundError('alerts.rule_not_found', 'no alert rule has this id');
    }
    return rule;
  }

  private async record(action: string, rule: RuleEntity, by: Actor): Promise<void> {
    await this.audit.record({ action, ...by, target: rule.id, details: { name: rule.name } });
  }
}

function machineIdsOf(scope: AlertScope | undefined): string[] {
  return scope && 'machine_ids' in scope ? scope.machine_ids.map((id) => id.toLowerCase()) : [];
}

function toRule({ id, definition, created_at, updated_at }: RuleEntity): AlertRule {
  return { id, ...definition, created_at: isoTime(created_at), updated_at: isoTime(updated_at) };
}
