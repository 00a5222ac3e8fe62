/** Signing in and out, the first set-up, and tokens for machines. */
import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../common/errors.js';
import { ServerConfig } from '../../config/server-config.js';
import { Access, CurrentPrincipal } from '../access.decorator.js';
import { RateLimitsService } from '../limits/rate-limits.service.js';
import type { MachinePrincipal } from '../principal.js';
import { SessionsService, type SignedIn } from '../sessions/sessions.service.js';
import { SetupService } from '../setup/setup.service.js';
import { TokensService } from '../tokens/tokens.service.js';
import { LoginDto, SetupDto, SetupStateDto, TokenAnswerDto } from './auth.dto.js';
import {
  type CookieRequest,
  clearRefreshCookie,
  originOf,
  refreshTokenOf,
  setRefreshCookie,
} from './refresh-cookie.js';
import { SignInService } from './sign-in.service.js';
import { SignOutService } from './sign-out.service.js';

/** What needs no session yet. */
@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly setup: SetupService,
    private readonly signIn: SignInService,
    private readonly signOut: SignOutService,
    private readonly sessions: SessionsService,
    private readonly tokens: TokensService,
    private readonly limits: RateLimitsService,
    private readonly config: ServerConfig,
  ) {}

  /** Whether the first administrator is still to be created. */
  @Get('setup')
  @Access('anyone')
  setupState(): Promise<SetupStateDto> {
    return this.setup.state();
  }

  /** Creates the first administrator with the code that the server printed, and signs in. */
  @Post('setup')
  @Access('anyone')
  async setUp(
    @Body() body: SetupDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenAnswerDto> {
    await this.limits.takeSignIn(request.ip);
    const signedIn = await this.signIn.setUp(body, originOf(request));
    return this.answer(signedIn, request, reply);
  }

  /** Signs in; the answer's cookie keeps the session, the token lasts 15 minutes. */
  @Post('login')
  @HttpCode(200)
  @Access('anyone')
  async login(
    @Body() body: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenAnswerDto> {
    await this.limits.takeSignIn(request.ip);
    return this.answer(await this.signIn.signIn(body, originOf(request)), request, reply);
  }

  /** A new token and a new cookie for the cookie of the session. */
  @Post('refresh')
  @HttpCode(200)
  @Access('anyone')
  async refresh(
    @Req() request: CookieRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenAnswerDto> {
    await this.limits.takeSignIn(request.ip);
    const token = refreshTokenOf(request);
    if (!token) {
      throw new AppError('unauthenticated', 'auth.required', 'there is no session; sign in');
    }
    return this.answer(await this.sessions.refresh(token, originOf(request)), request, reply);
  }

  /** Ends the session of the cookie or of the token. */
  @Post('logout')
  @HttpCode(204)
  @Access('anyone')
  async logout(
    @Req() request: CookieRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    clearRefreshCookie(request, reply, this.config.basePath);
    await this.signOut.end(request);
  }

  /** A token of one hour for a machine's key. */
  @Post('token')
  @HttpCode(200)
  @Access('machine_key')
  token(@CurrentPrincipal() machine: MachinePrincipal): TokenAnswerDto {
    return this.tokens.forMachine(machine.machine_id, machine.id);
  }
  private answer(signedIn: SignedIn, request: FastifyRequest, reply: FastifyReply): TokenAnswerDto {
    setRefreshCookie(request, reply, signedIn, this.config.basePath);
    return signedIn.answer;
  }
}
