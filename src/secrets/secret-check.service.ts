/** Notices that replicas, or two starts, do not share the secret that signs tokens. */
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SettingStore } from '../settings/setting.store.js';
import { ServerSecret } from './server-secret.js';

const SETTING = 'token_secret_check';

/** Keeps what only the same secret derives, and warns when this start derives something else. */
@Injectable()
export class SecretCheckService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Tokens');

  constructor(
    private readonly secret: ServerSecret,
    private readonly settings: SettingStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const derived = this.secret.derive('secret check').toString('base64url');
    const known = await this.settings.valueOr(SETTING, derived);
    if (known !== derived) {
      this.logger.warn(
        'the token secret is another than at the last start, or than on another replica: sign-ins made with that one do not count here; set the same JWT_SECRET everywhere',
      );
      await this.settings.put(SETTING, derived);
    }
  }
}
