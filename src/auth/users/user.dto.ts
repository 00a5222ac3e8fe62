/** Bodies and answers of `/api/v1/users`. */
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { Page, Role, User } from '../../contracts/index.js';
import { IsEmailAddress, IsNewPassword } from '../../http/text-rules.js';
import { MayBeAbsent } from '../../http/validation.js';

const ROLES: Role[] = ['admin', 'viewer'];

/** A user, without any secret. */
export class UserDto implements User {
  id!: string;
  email!: string;

  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_login_at!: string | null;

  /** Whether signing in takes a second factor. */
  totp_enabled!: boolean;
}

/** A page of users, by e-mail address. */
export class UserPageDto implements Page<User> {
  items!: UserDto[];
  total!: number;

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

/** Body of `POST /api/v1/users`. */
export class NewUserDto {
  @IsEmailAddress()
  email!: string;

  /** At least 10 characters. */
  @IsNewPassword()
  password!: string;

  /** An admin changes things, a viewer reads. */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;
}

/** Body of `PATCH /api/v1/users/{id}`; what is absent stays. */
export class UserChangesDto {
  @MayBeAbsent()
  @IsEmailAddress()
  email?: string;

  /** At least 10 characters. */
  @MayBeAbsent()
  @IsNewPassword()
  password?: string;

  @ApiProperty({ enum: ROLES, required: false })
  @MayBeAbsent()
  @IsIn(ROLES)
  role?: Role;
}
