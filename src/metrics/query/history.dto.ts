/** History as answered, described from the metric catalogue. */
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  type Columns,
  DEVICE_KINDS,
  DEVICE_METRIC_NAMES,
  type DeviceHistory,
  type DeviceKind,
  type DeviceMetricName,
  type FleetHistory,
  type HistoryRange,
  METRIC_NAMES,
  type MetricHistory,
  type MetricName,
  type Tier,
} from '../../contracts/index.js';

const TIERS = ['raw', '1m', '1h'];

const timestampSchema = {
  type: 'array' as const,
  items: { type: 'integer' as const, format: 'int64' },
  description: 'Epoch milliseconds, sorted',
};

/** OpenAPI schema of columns: a metric's values, and its extremes where they come from buckets. */
function columnsSchema(
  names: readonly string[],
  first: Record<string, typeof timestampSchema> = {},
): ApiPropertyOptions {
  const column = (description: string) => ({
    type: 'array' as const,
    items: { type: 'number' as const, nullable: true },
    description,
  });
  return {
    type: 'object',
    additionalProperties: false,
    description: 'Columns of one length; null is a gap',
    properties: {
      ...first,
      ...Object.fromEntries(
        names.flatMap((name) => [
          [name, column('Average of each step')],
          [`${name}_min`, column('Smallest value of each step; not with tier raw')],
          [`${name}_max`, column('Largest value of each step; not with tier raw')],
        ]),
      ),
    },
  };
}

/** Range and resolution of an answer. */
export class HistoryRangeDto implements HistoryRange {
  /** Inclusive. */
  @ApiProperty({ format: 'date-time' })
  from!: string;

  /** Exclusive. */
  @ApiProperty({ format: 'date-time' })
  to!: string;

  /** Distance of the timestamps. */
  step_seconds!: number;

  @ApiProperty({ enum: TIERS })
  tier!: Tier;
}

/** Columns of one machine. */
export class MetricHistoryDto extends HistoryRangeDto implements MetricHistory {
  @ApiProperty({ format: 'uuid' })
  machine_id!: string;

  @ApiProperty(columnsSchema(METRIC_NAMES, { timestamp: timestampSchema }))
  columns!: Columns<MetricName>;
}

/** One machine of several. */
export class FleetMachineDto {
  @ApiProperty({ format: 'uuid' })
  machine_id!: string;

  @ApiProperty(columnsSchema(METRIC_NAMES))
  columns!: Omit<Columns<MetricName>, 'timestamp'>;
}

/** Columns of several machines on one time axis. */
export class FleetHistoryDto extends HistoryRangeDto implements FleetHistory {
  @ApiProperty(timestampSchema)
  timestamp!: number[];

  machines!: FleetMachineDto[];
}

/** One device. */
export class DeviceColumnsDto {
  name!: string;

  @ApiProperty(columnsSchema(DEVICE_METRIC_NAMES))
  columns!: Omit<Columns<DeviceMetricName>, 'timestamp'>;
}

/** Columns of the devices of one kind on one time axis. */
export class DeviceHistoryDto extends HistoryRangeDto implements DeviceHistory {
  @ApiProperty({ format: 'uuid' })
  machine_id!: string;

  @ApiProperty({ enum: DEVICE_KINDS })
  kind!: DeviceKind;

  @ApiProperty(timestampSchema)
  timestamp!: number[];

  devices!: DeviceColumnsDto[];
}
