/** Storage as answered. */
import { ApiProperty } from '@nestjs/swagger';
import type { StorageUsage, Tier, TierUsage } from '../../contracts/index.js';

/** What one tier of history takes. */
export class TierUsageDto implements TierUsage {
  /** `null` where the database does not tell tiers apart. */
  @ApiProperty({ type: Number, nullable: true })
  bytes!: number | null;

  /** Start of the oldest data that it may hold. */
  @ApiProperty({ format: 'date-time' })
  oldest!: string;

  retention_days!: number;
}

/** What each tier takes. */
export class TiersUsageDto implements Record<Tier, TierUsage> {
  raw!: TierUsageDto;
  '1m'!: TierUsageDto;
  '1h'!: TierUsageDto;
}

/** What history takes, and how long the space will last. */
export class StorageDto implements StorageUsage {
  total_bytes!: number;

  /** Growth at the present rate; `null` until it is known. */
  @ApiProperty({ type: Number, nullable: true })
  bytes_per_day!: number | null;

  /** `PROCSPY_STORAGE_BUDGET`; `null` if it is not set. */
  @ApiProperty({ type: Number, nullable: true })
  budget_bytes!: number | null;

  /** How many days of history the budget holds at the present rate. */
  @ApiProperty({ type: Number, nullable: true })
  budget_days!: number | null;

  /**
   * While the history of an earlier version is converted: the time from which on it is done. Older charts
   * are incomplete until then. `null` once all is converted.
   */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  converted_from!: string | null;

  tiers!: TiersUsageDto;
}
