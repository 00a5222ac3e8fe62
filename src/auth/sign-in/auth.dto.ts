/** Bodies and answers of `/api/v1/auth`. */
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type { SetupBody, SetupState, TokenAnswer } from '../../contracts/index.js';
import { IsEmailAddress, IsNewPassword } from '../../http/text-rules.js';
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
  @ApiProperty({ enum: ['Bearer'] })
  token_type!: 'Bearer';

  /** Seconds until the token ends. */
  expires_in!: number;
}
