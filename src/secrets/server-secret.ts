/** The secret of this server: it signs tokens, and keys for other uses are derived from it. */
import { hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { readOrCreateSecret } from '../config/data-dir.js';
import { ServerConfig } from '../config/server-config.js';
import { SealedBox } from './sealed-box.js';

/** Set by JWT_SECRET, otherwise generated once and kept in the data directory. */
@Injectable()
export class ServerSecret {
  readonly value: string;

  constructor(config: ServerConfig) {
    this.value = config.jwtSecret ?? readOrCreateSecret(config.dataDir, 'jwt-secret');
  }

  /** 32 bytes for one other use, so that no key serves two (HKDF, RFC 5869). */
  derive(use: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.value, '', `procspy ${use}`, 32));
  }

  /** A box that seals the secrets of one use under a key of its own. */
  sealedBox(use: string): SealedBox {
    return new SealedBox(this.derive(use));
  }
}
