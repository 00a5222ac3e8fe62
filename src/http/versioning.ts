/** The version in the paths of the API: `/api/v1/…`, unless a controller is VERSION_NEUTRAL. */
import { type VersioningOptions, VersioningType } from '@nestjs/common';
import { API_VERSION, API_VERSION_PREFIX } from '../contracts/index.js';

/** For `app.enableVersioning`. */
export const API_VERSIONING: VersioningOptions = {
  type: VersioningType.URI,
  prefix: API_VERSION_PREFIX,
  defaultVersion: API_VERSION,
};
