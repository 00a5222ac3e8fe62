/** The answer to pushes while the disk is full. */
import { UnavailableError } from '../../common/errors.js';

/** The refusal while the storage is full; the agent keeps its samples and tries again. */
export function storageFull(): UnavailableError {
  return new UnavailableError(
    'metrics.storage_full',
    'the storage is full; push again when there is space',
    30,
  );
}
