/** Seals the secrets of channels at rest: AES-256-GCM under a key derived from the server's secret. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtSecret } from '../../auth/tokens/jwt-secret.js';
import { AppError } from '../../common/errors.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals and opens text; what was sealed for one id opens for no other. */
@Injectable()
export class SecretBox {
  private readonly key: Buffer;

  constructor(secret: JwtSecret) {
    this.key = secret.derive('notification channels');
  }

  /** Nonce, tag and ciphertext in base64url; `id` is authenticated with it. */
  seal(id: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(id));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Throws `alerts.secrets_lost` if it was sealed under another server secret. */
  open(id: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(id))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch (error) {
      throw new AppError(
        'conflict',
        'alerts.secrets_lost',
        `the channel's secrets were kept under another JWT_SECRET (${(error as Error).message}); enter them again`,
      );
    }
  }
}
