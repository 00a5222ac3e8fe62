/** The secret that signs tokens, and the keys derived from it for other uses. */
import { hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { readOrCreateSecret } from '../../config/data-dir.js';
import { ServerConfig } from '../../config/server-config.js';

/** Set by JWT_SECRET, otherwise generated once and kept in the data directory. */
@Injectable()
export class JwtSecret {
  readonly value: string;

  constructor(config: ServerConfig) {
    this.value = config.jwtSecret ?? readOrCreateSecret(config.dataDir, 'jwt-secret');
  }

  /** 32 bytes for one other use, so that no key serves two (HKDF, RFC 5869). */
  derive(use: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.value, '', `procspy ${use}`, 32));
  }
}
