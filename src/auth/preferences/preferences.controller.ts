/** One's own preferences over HTTP. */
import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { PREFERENCE_LIMITS, type Preferences } from '../../contracts/index.js';
import { Access, CurrentPrincipal } from '../access.decorator.js';
import type { UserPrincipal } from '../principal.js';
import { PreferencesService } from './preferences.service.js';

const schema = {
  type: 'object' as const,
  additionalProperties: {},
  description: `JSON by name: names of at most ${PREFERENCE_LIMITS.nameLength} small letters, digits, dots and underscores, at most ${PREFERENCE_LIMITS.bytes} bytes in all`,
};

@ApiTags('auth')
@Access('user')
@Controller('auth/preferences')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  /** What one has set for oneself, by name. */
  @Get()
  @ApiOkResponse({ schema, description: 'All preferences of the caller' })
  get(@CurrentPrincipal() { id }: UserPrincipal): Promise<Preferences> {
    return this.preferences.get(id);
  }

  /** Sets those named, removes those that are null; others stay. */
  @Patch()
  @ApiBody({ schema })
  @ApiOkResponse({ schema, description: 'All preferences of the caller, as they are now' })
  change(
    @CurrentPrincipal() { id }: UserPrincipal,
    @Body() changes: Record<string, unknown>,
  ): Promise<Preferences> {
    return this.preferences.change(id, changes);
  }
}
