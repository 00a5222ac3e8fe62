/** `{id}` of the routes of one thing. */
import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

/** The id in the path. */
export class IdParam {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id!: string;
}
