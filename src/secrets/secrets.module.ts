/** The server's secret and what is sealed under it. */
import { Module } from '@nestjs/common';
import { SettingsModule } from '../settings/settings.module.js';
import { SecretCheckService } from './secret-check.service.js';
import { ServerSecret } from './server-secret.js';

@Module({
  imports: [SettingsModule],
  providers: [ServerSecret, SecretCheckService],
  exports: [ServerSecret],
})
export class SecretsModule {}
