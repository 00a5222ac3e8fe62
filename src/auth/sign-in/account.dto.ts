/** Bodies and answers of one's own account. */
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsString, Length } from 'class-validator';
import type { Me, Page, RecoveryCodes, Session, TotpOffer } from '../../contracts/index.js';
import { IsNewPassword } from '../../http/text-rules.js';
import { UserDto } from '../users/user.dto.js';

/** The signed-in person. */
export class MeDto extends UserDto implements Me {
  session_id!: string;
  /** Recovery codes that were not used yet. */
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

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  last_used_at!: string;

  /** Unless it is used before. */
  @ApiProperty({ format: 'date-time' })
  expires_at!: string;

  address!: string;
  user_agent!: string;
}

/** The caller's living sessions. */
export class SessionListDto implements Page<Session> {
  items!: SessionDto[];
  total!: number;
  @ApiProperty({ type: String, nullable: true })
  next!: null;
}

/** Which of the caller's sessions to end. */
export class EndSessionsQuery {
  /** `true`: all but the one that asks. */
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  others?: boolean;
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
export class RecoveryCodesDto implements RecoveryCodes {
  recovery_codes!: string[];
}

/** Body of what asks for the password once more. */
export class ConfirmPasswordDto {
  @IsString()
  @Length(1, 256)
  password!: string;
}
