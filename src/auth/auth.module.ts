/** Users, sessions, keys, and the guard in front of every route. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ServerSecret } from '../secrets/server-secret.js';
import { SettingsModule } from '../settings/settings.module.js';
import { AccessGuard } from './access.guard.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditStore } from './audit/audit.store.js';
import { AuditEntryEntity } from './audit/audit-entry.entity.js';
import { AuditLog } from './audit/audit-log.js';
import { AuthMaintenance } from './auth-maintenance.js';
import { Authenticator } from './authenticator.js';
import { CredentialCache } from './credential-cache.js';
import { ApiKeyEntity } from './keys/api-key.entity.js';
import { ApiKeyStore } from './keys/api-key.store.js';
import { ApiKeysController } from './keys/api-keys.controller.js';
import { ApiKeysService } from './keys/api-keys.service.js';
import { EnrollmentKeys } from './keys/enrollment-keys.js';
import { KeyLookup } from './keys/key-lookup.js';
import { MachineKeys } from './keys/machine-keys.js';
import { LoginThrottle } from './limits/login-throttle.js';
import { RateLimits } from './limits/rate-limits.js';
import { SharedLimits } from './limits/shared-limits.js';
import { RevocationWatch } from './revocation-watch.js';
import { AccountController } from './sessions/account.controller.js';
import { AccountService } from './sessions/account.service.js';
import { AuthController } from './sessions/auth.controller.js';
import { SessionEntity } from './sessions/session.entity.js';
import { SessionStore } from './sessions/session.store.js';
import { SessionsService } from './sessions/sessions.service.js';
import { SignInService } from './sessions/sign-in.service.js';
import { SignOut } from './sessions/sign-out.js';
import { SetupService } from './setup/setup.service.js';
import { MachineJwtStrategy, UserJwtStrategy } from './tokens/jwt.strategies.js';
import { Tokens } from './tokens/tokens.js';
import { Passwords } from './users/passwords.js';
import { SecondFactor } from './users/second-factor.js';
import { UserEntity } from './users/user.entity.js';
import { UserStore } from './users/user.store.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** Whoever offers routes declares them with `@Access`; gateways ask the Authenticator. */
@Module({
  imports: [
    TypeOrmModule.forFeature([UserEntity, SessionEntity, ApiKeyEntity, AuditEntryEntity]),
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
    UsersController,
    ApiKeysController,
    AuditController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    AccountService,
    ApiKeysService,
    ApiKeyStore,
    AuditLog,
    AuditStore,
    Authenticator,
    AuthMaintenance,
    CredentialCache,
    EnrollmentKeys,
    KeyLookup,
    LoginThrottle,
    MachineJwtStrategy,
    MachineKeys,
    Passwords,
    RateLimits,
    RevocationWatch,
    SecondFactor,
    SessionsService,
    SessionStore,
    SetupService,
    SharedLimits,
    SignInService,
    SignOut,
    Tokens,
    UserJwtStrategy,
    UsersService,
    UserStore,
  ],
  exports: [
    AuditLog,
    Authenticator,
    AuthMaintenance,
    EnrollmentKeys,
    MachineKeys,
    RateLimits,
    SessionsService,
    SetupService,
  ],
})
export class AuthModule {}
