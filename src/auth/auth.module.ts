/** Users, sessions, keys, and the guard in front of every route. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ServerSecret } from '../secrets/server-secret.js';
import { SettingsModule } from '../settings/settings.module.js';
import { AccessGuard } from './access/access.guard.js';
import { AuthenticationService } from './access/authentication.service.js';
import { CredentialCacheService } from './access/credential-cache.service.js';
import { RevocationService } from './access/revocation.service.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditService } from './audit/audit.service.js';
import { AuditStore } from './audit/audit.store.js';
import { AuditEntryEntity } from './audit/audit-entry.entity.js';
import { AuthMaintenanceService } from './auth-maintenance.service.js';
import { AuthMetricsService } from './auth-metrics.service.js';
import { ApiKeysController } from './keys/api-keys.controller.js';
import { ApiKeysService } from './keys/api-keys.service.js';
import { EnrollmentKeysService } from './keys/enrollment-keys.service.js';
import { KeyLookupService } from './keys/key-lookup.service.js';
import { MachineKeysService } from './keys/machine-keys.service.js';
import { LoginThrottleService } from './limits/login-throttle.service.js';
import { RateLimitsService } from './limits/rate-limits.service.js';
import { SharedLimitsService } from './limits/shared-limits.service.js';
import { PreferencesController } from './preferences/preferences.controller.js';
import { PreferencesService } from './preferences/preferences.service.js';
import { ApiKeyEntity } from './records/api-key.entity.js';
import { ApiKeyStore } from './records/api-key.store.js';
import { PreferenceEntity } from './records/preference.entity.js';
import { PreferenceStore } from './records/preference.store.js';
import { SessionEntity } from './records/session.entity.js';
import { SessionStore } from './records/session.store.js';
import { UserEntity } from './records/user.entity.js';
import { UserStore } from './records/user.store.js';
import { SessionsService } from './sessions/sessions.service.js';
import { SetupService } from './setup/setup.service.js';
import { AccountController } from './sign-in/account.controller.js';
import { AccountService } from './sign-in/account.service.js';
import { AuthController } from './sign-in/auth.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { SignOutService } from './sign-in/sign-out.service.js';
import {
  MachineJwtStrategy,
  RefreshJwtStrategy,
  UserJwtStrategy,
} from './tokens/jwt.strategies.js';
import { TokensService } from './tokens/tokens.service.js';
import { PasswordsService } from './users/passwords.service.js';
import { SecondFactorService } from './users/second-factor.service.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** Whoever offers routes declares them with `@Access`; gateways ask the Authenticator. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      UserEntity,
      SessionEntity,
      PreferenceEntity,
      ApiKeyEntity,
      AuditEntryEntity,
    ]),
    SecretsModule,
    SettingsModule,
    JwtModule.registerAsync({
      imports: [SecretsModule],
      inject: [ServerSecret],
      useFactory: (secret: ServerSecret) => ({ secret: secret.value }),
    }),
  ],
  controllers: [
    AuthController,
    AccountController,
    PreferencesController,
    UsersController,
    ApiKeysController,
    AuditController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    AccountService,
    ApiKeysService,
    ApiKeyStore,
    AuditService,
    AuditStore,
    AuthenticationService,
    AuthMaintenanceService,
    AuthMetricsService,
    CredentialCacheService,
    EnrollmentKeysService,
    KeyLookupService,
    LoginThrottleService,
    MachineJwtStrategy,
    MachineKeysService,
    PasswordsService,
    PreferencesService,
    PreferenceStore,
    RateLimitsService,
    RefreshJwtStrategy,
    RevocationService,
    SecondFactorService,
    SessionsService,
    SessionStore,
    SetupService,
    SharedLimitsService,
    SignInService,
    SignOutService,
    TokensService,
    UserJwtStrategy,
    UsersService,
    UserStore,
  ],
  exports: [
    AuditService,
    AuthenticationService,
    AuthMaintenanceService,
    EnrollmentKeysService,
    MachineKeysService,
    RateLimitsService,
    SessionsService,
    SetupService,
  ],
})
export class AuthModule {}
