/** How much history takes, and how long the space will last. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../auth/access.decorator.js';
import { isoTime } from '../../common/times.js';
import { ServerConfig } from '../../config/server-config.js';
import { MetricsStore } from '../store/metrics-store.js';
import { StorageDto } from './storage.dto.js';

@ApiTags('metrics')
@Access('viewer')
@Controller('storage')
export class StorageController {
  constructor(
    private readonly store: MetricsStore,
    private readonly config: ServerConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Bytes of history, and how many days the budget holds at this rate' })
  @ApiOkResponse({ type: StorageDto })
  async storage(): Promise<StorageDto> {
    const { bytes, totalBytes, bytesPerDay, oldest, convertedFrom } = await this.store.usage();
    const { storageBudgetBytes, retention } = this.config;
    const tier = (name: 'raw' | '1m' | '1h') => ({
      bytes: bytes?.[name] ?? null,
      oldest: isoTime(oldest[name]),
      retention_days: retention[name] / 86_400_000,
    });
    return {
      total_bytes: totalBytes,
      bytes_per_day: bytesPerDay === null ? null : Math.round(bytesPerDay),
      budget_bytes: storageBudgetBytes,
      budget_days:
        storageBudgetBytes === null || !bytesPerDay
          ? null
          : Math.round((storageBudgetBytes / bytesPerDay) * 10) / 10,
      converted_from: convertedFrom === null ? null : isoTime(convertedFrom),
      tiers: { raw: tier('raw'), '1m': tier('1m'), '1h': tier('1h') },
    };
  }
}
