/** What history queries take. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { IsTime } from '../../common/is-time.js';
import {
  DEVICE_KINDS,
  type DeviceKind,
  METRIC_NAMES,
  type MetricName,
  QUERY_LIMITS,
} from '../../contracts/index.js';

/** A list, separated by commas or repeated, with each item once. */
const commaSeparated = Transform(({ value }: { value: unknown }) => {
  const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
  return Array.isArray(parts) ? [...new Set(parts)] : parts;
});

/** A range, and how many points of it. */
export class RangeQuery {
  /** Start: ISO 8601 or epoch milliseconds; an hour before the end if absent. */
  @IsOptional()
  @IsTime()
  from?: string;

  /** End, exclusive: ISO 8601 or epoch milliseconds; now if absent. */
  @IsOptional()
  @IsTime()
  to?: string;

  /** The most points a column may have. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(QUERY_LIMITS.maxPoints)
  @ApiPropertyOptional({ type: 'integer' })
  points: number = QUERY_LIMITS.defaultPoints;
}

/** A range of some metrics. */
export class MetricsQuery extends RangeQuery {
  /** Metric names, separated by commas; all if absent. */
  @IsOptional()
  @commaSeparated
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(METRIC_NAMES, { each: true })
  @ApiPropertyOptional({
    enum: METRIC_NAMES,
    isArray: true,
    description: 'Metric names, separated by commas or repeated; all if absent.',
  })
  metrics: MetricName[] = METRIC_NAMES;
}

/** The word `all` stays a word. */
const allOrList = Transform(({ value }: { value: unknown }) =>
  Array.isArray(value) && value.length === 1 && value[0] === 'all' ? 'all' : value,
);

/** A range of some metrics of several machines. */
export class FleetQuery extends MetricsQuery {
  /** Machines, separated by commas, or `all`. */
  @commaSeparated
  @allOrList
  @ValidateIf((query: FleetQuery) => query.machine_ids !== 'all')
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(QUERY_LIMITS.machinesPerCall)
  @IsUUID('all', { each: true })
  @ApiProperty({
    type: String,
    isArray: true,
    description: `At most ${QUERY_LIMITS.machinesPerCall} machines, separated by commas or repeated, or \`all\`. Machines x metrics x points must not exceed ${QUERY_LIMITS.maxValues}.`,
  })
  machine_ids!: string[] | 'all';
}

/** A range of the devices of one kind. */
export class DevicesQuery extends RangeQuery {
  /** Kind of device. */
  @IsIn(DEVICE_KINDS)
  kind!: DeviceKind;
}

/** A range of raw samples as a file. */
export class ExportQuery {
  /** `csv` or `ndjson` (one JSON object a line). */
  @IsIn(['csv', 'ndjson'])
  format!: 'csv' | 'ndjson';

  /** Start: ISO 8601 or epoch milliseconds; the oldest sample if absent. */
  @IsOptional()
  @IsTime()
  from?: string;

  /** End, exclusive: ISO 8601 or epoch milliseconds; now if absent. */
  @IsOptional()
  @IsTime()
  to?: string;
}
