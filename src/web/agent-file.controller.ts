/** The agent for machines that are to be monitored: no clone and no registry is needed there. */
import { Controller, Get, Header, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../auth/access.decorator.js';
import { NotFoundError } from '../common/errors.js';
import { AGENT_FILE_NAME, type AgentFile, AgentFileReader } from './agent-file.js';

@ApiTags('agent')
@Access('anyone')
@Controller({ path: 'agent', version: VERSION_NEUTRAL })
export class AgentFileController {
  private readonly agent = new AgentFileReader();

  @Get(AGENT_FILE_NAME)
  @Header('cache-control', 'no-cache')
  @ApiOperation({ summary: 'The agent that belongs to this server, one file for Node.js' })
  @ApiProduces('text/javascript')
  @ApiOkResponse({ description: 'The program', schema: { type: 'string' } })
  async program(@Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const { content } = await this.built();
    reply.type('text/javascript; charset=utf-8');
    return content;
  }

  @Get(`${AGENT_FILE_NAME}.sha256`)
  @Header('cache-control', 'no-cache')
  @ApiOperation({ summary: 'Its SHA-256, in the format of sha256sum' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'For sha256sum -c', schema: { type: 'string' } })
  async checksum(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { sha256 } = await this.built();
    reply.type('text/plain; charset=utf-8');
    return `${sha256}  ${AGENT_FILE_NAME}\n`;
  }

  private async built(): Promise<AgentFile> {
    const file = await this.agent.read();
    if (file === null) {
      throw new NotFoundError('web.agent_not_built', 'The agent is not built. Run: npm run build');
    }
    return file;
  }
}
