/** Counts what enrolment keys are used for. */
import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors.js';
import type { Principal } from '../principal.js';
import { ApiKeyStore } from '../records/api-key.store.js';

/** Enrolment keys may be limited to a number of machines. */
@Injectable()
export class EnrollmentKeysService {
  constructor(private readonly keys: ApiKeyStore) {}

  /**
   * To be called when a machine is enrolled, before its key is issued; other callers than enrolment
   * keys pass. Throws `auth.key_used_up` (403).
   */
  async countUse(principal: Principal): Promise<void> {
    if (
      principal.kind !== 'key' ||
      principal.scope !== 'enroll' ||
      principal.id === 'environment' ||
      (await this.keys.countUse(principal.id))
    ) {
      return;
    }
    throw new AppError(
      'forbidden',
      'auth.key_used_up',
      'the enrolment key has enrolled as many machines as it may',
    );
  }
}
