/** The dashboard's page, for every address that a browser may open. */
import {
  Controller,
  Get,
  Header,
  NotFoundException,
  Req,
  Res,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../auth/access.decorator.js';
import { ServerConfig } from '../config/server-config.js';
import { dashboardPage } from './static-files.js';

/** Addresses that never mean a page. */
const NOT_PAGES = /^\/(api|agent|assets|socket\.io|docs|metrics|health)(\/|$)/;

@ApiExcludeController()
@Access('anyone')
@Controller({ version: VERSION_NEUTRAL })
export class DashboardController {
  private readonly index: string | null;

  constructor(config: ServerConfig) {
    this.index = dashboardPage(config.basePath);
  }

  @Get(['/', '*'])
  @Header('cache-control', 'no-cache')
  page(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): unknown {
    const path = request.url.split('?', 1)[0] ?? '';
    const wantsPage = (request.headers.accept ?? '*/*').match(/text\/html|\*\/\*/);
    if (NOT_PAGES.test(path) || !wantsPage || /\.\w+$/.test(path)) {
      throw new NotFoundException(`${request.method} ${path} does not exist`);
    }
    if (this.index === null) {
      reply.status(503).type('text/plain; charset=utf-8');
      return 'The dashboard is not built. Run: npm run build';
    }
    reply.type('text/html; charset=utf-8');
    return this.index;
  }
}
