/** How the server itself is doing, for administrators. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../auth/access.decorator.js';
import { ServerStatusDto } from './server.dto.js';
import { ServerStatusService } from './server-status.service.js';

@ApiTags('operation')
@Access('admin')
@Controller('server')
export class ServerController {
  constructor(private readonly server: ServerStatusService) {}

  @Get()
  @ApiOperation({ summary: 'Version, database, replicas and background jobs of the server' })
  @ApiOkResponse({ type: ServerStatusDto })
  status(): Promise<ServerStatusDto> {
    return this.server.status();
  }
}
