/** `{id}` of the routes of one thing. */
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsUUID } from 'class-validator';

/** The id in the path, in lower case as it is kept. */
export class IdParam {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  @Transform(({ value }) => (typeof value === 'string' ? value.toLowerCase() : value))
  id!: string;
}
