/** Bodies and answers of `/api/v1/auth`. */
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type {
  Me,
  Role,
  Session,
  SetupBody,
  SetupState,
  TokenAnswer,
  TotpOffer,
} from '../../contracts/index.js';
import { IsEmailAddress, IsNewPassword } from '../text-rules.js';
import type { SignInAttempt } from './sign-in.service.js';

/** Body of `login`. */
export class LoginDto implements SignInAttempt {
  /** E-mail address of the account. */
  @IsEmailAddress()
  email!: string;

  @IsString()
  @Length(1, 256)
  password!: string;

  /** Code of the second factor, or a recovery code. */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  totp?: string;
}

/** Body of `setup`. */
export class SetupDto implements SetupBody {
  /** The one-time code that the server printed at its start. */
  @IsString()
  @Length(1, 100)
  code!: string;

  @IsEmailAddress()
  email!: string;

  /** At least 10 characters. */
  @IsNewPassword()
  password!: string;
}

/** Whether the first administrator is still to be created. */
export class SetupStateDto implements SetupState {
  setup_required!: boolean;
  /** False in the open mode. */
  auth_required!: boolean;
}

/** A token for the `Authorization: Bearer` header. */
export class TokenAnswerDto implements TokenAnswer {
  access_token!: string;
  token_type!: 'Bearer';
  /** Seconds until the token ends. */
  expires_in!: number;
}

/** The signed-in person. */
export class MeDto implements Me {
  id!: string;
  email!: string;
  role!: Role;
  created_at!: string;
  last_login_at!: string | null;
  totp_enabled!: boolean;
  session_id!: string;
  recovery_codes_left!: number;
}

/** Body of a change of one's own password. */
export class ChangePasswordDto {
  @IsString()
  @Length(1, 256)
  current_password!: string;

  /** At least 10 characters. */
  @IsNewPassword()
  new_password!: string;
}

/** One of the caller's sessions. */
export class SessionDto implements Session {
  id!: string;
  /** The one that asks. */
  current!: boolean;
  created_at!: string;
  last_used_at!: string;
  expires_at!: string;
  address!: string;
  user_agent!: string;
}

/** The caller's living sessions. */
export class SessionListDto {
  items!: SessionDto[];
  total!: number;
  next!: string | null;
}

/** What an authenticator app needs; shown once. */
export class TotpOfferDto implements TotpOffer {
  /** Base32. */
  secret!: string;
  /** `otpauth://…`, for a QR code. */
  uri!: string;
}

/** Body that confirms a second factor. */
export class EnableTotpDto {
  /** The authenticator app's code of this moment. */
  @IsString()
  @Length(6, 10)
  totp!: string;
}

/** The recovery codes of a second factor; shown once, each good for one sign-in. */
export class RecoveryCodesDto {
  recovery_codes!: string[];
}

/** Body of what asks for the password once more. */
export class ConfirmPasswordDto {
  @IsString()
  @Length(1, 256)
  password!: string;
}
