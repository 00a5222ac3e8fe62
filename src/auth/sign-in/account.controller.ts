/** One's own account over HTTP. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../common/id-param.dto.js';
import { Access, CurrentActor, CurrentPrincipal } from '../access.decorator.js';
import type { UserActor, UserPrincipal } from '../principal.js';
import {
  ChangePasswordDto,
  ConfirmPasswordDto,
  EnableTotpDto,
  EndSessionsQuery,
  MeDto,
  RecoveryCodesDto,
  SessionListDto,
  TotpOfferDto,
} from './account.dto.js';
import { AccountService } from './account.service.js';

@ApiTags('auth')
@Access('user')
@Controller('auth')
export class AccountController {
  constructor(private readonly account: AccountService) {}

  /** The signed-in person. */
  @Get('me')
  me(@CurrentPrincipal() actor: UserPrincipal): Promise<MeDto> {
    return this.account.me(actor);
  }

  /** Changes one's own password and ends all other sessions. */
  @Post('password')
  @HttpCode(204)
  changePassword(@Body() body: ChangePasswordDto, @CurrentActor() by: UserActor): Promise<void> {
    return this.account.changePassword(body.current_password, body.new_password, by);
  }

  /** Lists one's own living sessions. */
  @Get('sessions')
  async sessions(@CurrentPrincipal() actor: UserPrincipal): Promise<SessionListDto> {
    const items = await this.account.listSessions(actor);
    return { items, total: items.length, next: null };
  }

  /** Ends all of one's own sessions: the one that asks too, unless `others` is true. */
  @Delete('sessions')
  @HttpCode(204)
  endSessions(@Query() query: EndSessionsQuery, @CurrentActor() by: UserActor): Promise<void> {
    return query.others ? this.account.endOtherSessions(by) : this.account.endAllSessions(by);
  }

  /** Ends one of one's own sessions. */
  @Delete('sessions/:id')
  @HttpCode(204)
  endSession(@Param() { id }: IdParam, @CurrentActor() by: UserActor): Promise<void> {
    return this.account.endSession(id, by);
  }

  /** Offers a second factor; it counts once it is enabled. */
  @Post('totp')
  offerSecondFactor(
    @Body() body: ConfirmPasswordDto,
    @CurrentActor() by: UserActor,
  ): Promise<TotpOfferDto> {
    return this.account.offerSecondFactor(body.password, by);
  }

  /** Puts the offered second factor in force by one of its codes. */
  @Post('totp/enable')
  @HttpCode(200)
  async enableSecondFactor(
    @Body() body: EnableTotpDto,
    @CurrentActor() by: UserActor,
  ): Promise<RecoveryCodesDto> {
    return {
      recovery_codes: await this.account.enableSecondFactor(body.totp, by),
    };
  }

  /** Takes the second factor off. */
  @Post('totp/disable')
  @HttpCode(204)
  disableSecondFactor(
    @Body() body: ConfirmPasswordDto,
    @CurrentActor() by: UserActor,
  ): Promise<void> {
    return this.account.disableSecondFactor(body.password, by);
  }
}
