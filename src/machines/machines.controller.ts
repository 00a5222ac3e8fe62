/** Machines over HTTP. */
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Ip,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Access, CurrentPrincipal } from '../auth/access.decorator.js';
import type { Principal } from '../auth/principal.js';
import { MachineDetailDto, MachineKeyDto, MachinePageDto } from './machine.dto.js';
import { MachineChangesDto, MachineIdParam, MachineListQuery } from './machine-input.dto.js';
import { MachinesService } from './machines.service.js';
import { RegisterAnswerDto, RegisterBodyDto } from './register.dto.js';
import { Registration } from './registration.js';

@ApiTags('machines')
@Controller('api/v1/machines')
export class MachinesController {
  constructor(
    private readonly registration: Registration,
    private readonly machines: MachinesService,
  ) {}

  @Post('register')
  @Access('enrollment')
  @ApiOperation({ summary: 'Register a machine; the same identity is the same machine' })
  @ApiCreatedResponse({ type: RegisterAnswerDto })
  register(
    @CurrentPrincipal() actor: Principal,
    @Body() body: RegisterBodyDto,
    @Ip() address: string,
  ): Promise<RegisterAnswerDto> {
    return this.registration.register({ actor, address }, body);
  }

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'List machines with their status and latest sample' })
  @ApiOkResponse({ type: MachinePageDto })
  list(@Query() query: MachineListQuery): Promise<MachinePageDto> {
    return this.machines.list(query);
  }

  @Get(':id')
  @Access('viewer')
  @ApiOperation({ summary: 'One machine with the facts of its host' })
  @ApiOkResponse({ type: MachineDetailDto })
  get(@Param() { id }: MachineIdParam): Promise<MachineDetailDto> {
    return this.machines.get(id);
  }

  @Patch(':id')
  @Access('admin')
  @ApiOperation({ summary: 'Rename or tag a machine' })
  @ApiOkResponse({ type: MachineDetailDto })
  change(
    @Param() { id }: MachineIdParam,
    @Body() changes: MachineChangesDto,
    @CurrentPrincipal() actor: Principal,
    @Ip() address: string,
  ): Promise<MachineDetailDto> {
    return this.machines.change(id, changes, { actor, address });
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('admin')
  @ApiOperation({ summary: 'Delete a machine; its data goes in the background' })
  @ApiNoContentResponse()
  remove(
    @Param() { id }: MachineIdParam,
    @CurrentPrincipal() actor: Principal,
    @Ip() address: string,
  ): Promise<void> {
    return this.machines.remove(id, { actor, address });
  }

  @Post(':id/key/rotate')
  @Access('admin')
  @ApiOperation({ summary: 'Give a machine a new key; the one before ends' })
  @ApiCreatedResponse({ type: MachineKeyDto })
  rotateKey(
    @Param() { id }: MachineIdParam,
    @CurrentPrincipal() actor: Principal,
    @Ip() address: string,
  ): Promise<MachineKeyDto> {
    return this.machines.rotateKey(id, { actor, address });
  }
}
