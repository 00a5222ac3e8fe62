/** Machines as answered. */
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  type GoodbyeAnswer,
  MACHINE_STATUSES,
  type MachineDetail,
  type MachineStatus,
  type MachineSummary,
  METRIC_CATALOG,
  METRIC_NAMES,
  type Page,
  type StoredSample,
} from '../contracts/index.js';
import { HostFactsDto } from './host-facts.dto.js';

/** OpenAPI schema of a stored sample, from the metric catalogue. */
const storedSampleSchema: ApiPropertyOptions = {
  type: 'object',
  additionalProperties: false,
  nullable: true,
  properties: {
    timestamp: { type: 'string', format: 'date-time' },
    ...Object.fromEntries(
      METRIC_NAMES.map((name) => [
        name,
        { type: 'number', nullable: true, description: METRIC_CATALOG[name].label },
      ]),
    ),
    devices: { type: 'object', additionalProperties: true },
    missing: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

/** A machine in a list; its latest sample comes without devices. */
export class MachineSummaryDto implements MachineSummary {
  machine_id!: string;
  machine_name!: string;
  os!: string;
  agent_version!: string;
  tags!: string[];

  @ApiProperty({ enum: MACHINE_STATUSES })
  status!: MachineStatus;

  interval_seconds!: number;

  @ApiProperty({ format: 'date-time' })
  registered_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_seen_at!: string | null;

  /** Two live agents seem to push under this identity. */
  identity_conflict!: boolean;

  /** Seconds by which its samples are stamped ahead of (or behind, negative) the server's clock. */
  @ApiProperty({ type: Number, nullable: true })
  clock_offset_seconds!: number | null;

  @ApiProperty(storedSampleSchema)
  latest!: StoredSample | null;
}

/** One machine with its host's facts and its latest sample with devices. */
export class MachineDetailDto extends MachineSummaryDto implements MachineDetail {
  host!: HostFactsDto;
}

/** A page of machines. */
export class MachinePageDto implements Page<MachineSummary> {
  items!: MachineSummaryDto[];

  /** Machines on all pages. */
  total!: number;

  /** Cursor of the next page. */
  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

/** A machine's new key. */
export class MachineKeyDto {
  machine_id!: string;

  /** Never shown again. */
  api_key!: string;
}

/** Says that a goodbye was taken. */
export class GoodbyeAnswerDto implements GoodbyeAnswer {
  @ApiProperty({ enum: ['goodbye_received'] })
  status!: 'goodbye_received';
}
