/** Answer of `GET /health/ready`. */
import { ApiProperty } from '@nestjs/swagger';

/** Whether this server can do its work now. */
export class ReadinessDto {
  @ApiProperty({ enum: ['ready', 'not_ready'] })
  status!: 'ready' | 'not_ready';

  @ApiProperty({ enum: ['reachable', 'unreachable'] })
  database!: 'reachable' | 'unreachable';

  @ApiProperty({ enum: ['done', 'pending'] })
  migrations!: 'done' | 'pending';

  /** The server is finishing what it accepted and takes no more. */
  stopping!: boolean;
}
