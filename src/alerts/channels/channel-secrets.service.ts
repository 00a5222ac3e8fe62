/** Seals the secrets of notification channels at rest. */
import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors.js';
import type { SealedBox } from '../../secrets/sealed-box.js';
import { ServerSecret } from '../../secrets/server-secret.js';

/** What was sealed for one channel opens for no other. */
@Injectable()
export class ChannelSecretsService {
  private readonly box: SealedBox;

  constructor(secret: ServerSecret) {
    this.box = secret.sealedBox('notification channels');
  }

  seal(channelId: string, text: string): string {
    return this.box.seal(text, channelId);
  }

  /** Throws `alerts.secrets_lost` if it was sealed under another server secret. */
  open(channelId: string, sealed: string): string {
    const text = this.box.open(sealed, channelId);
    if (text === null) {
      throw new AppError(
        'conflict',
        'alerts.secrets_lost',
        "the channel's secrets were kept under another JWT_SECRET; enter them again",
      );
    }
    return text;
  }
}
