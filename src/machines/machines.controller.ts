/** Machines over HTTP. */
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access, CurrentActor, CurrentPrincipal } from '../auth/access.decorator.js';
import type { Actor, Principal } from '../auth/principal.js';
import {
  GoodbyeAnswerDto,
  MachineDetailDto,
  MachineKeyDto,
  MachinePageDto,
} from './machine.dto.js';
import {
  GoodbyeBodyDto,
  MachineChangesDto,
  MachineIdParam,
  MachineListQuery,
} from './machine-input.dto.js';
import { MachinesService } from './machines.service.js';
import { RegisterAnswerDto, RegisterBodyDto } from './register.dto.js';
import { RegistrationService } from './registration.service.js';

@ApiTags('machines')
@Controller('machines')
export class MachinesController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly machines: MachinesService,
  ) {}

  /** Registers a machine; the same identity is the same machine. */
  @Post('register')
  @Access('enrollment')
  register(@CurrentActor() by: Actor, @Body() body: RegisterBodyDto): Promise<RegisterAnswerDto> {
    return this.registration.register(by, body);
  }

  /** Lists machines with their status and latest sample. */
  @Get()
  @Access('viewer')
  list(@Query() query: MachineListQuery): Promise<MachinePageDto> {
    return this.machines.list(query);
  }

  /** One machine with the facts of its host. */
  @Get(':id')
  @Access('viewer')
  get(@Param() { id }: MachineIdParam): Promise<MachineDetailDto> {
    return this.machines.get(id);
  }

  /** An agent says that its machine falls silent on purpose; the next sample ends that. */
  @Post(':id/goodbye')
  @HttpCode(200)
  @Access('machine')
  goodbye(
    @Param() { id }: MachineIdParam,
    @Body() { reason }: GoodbyeBodyDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<GoodbyeAnswerDto> {
    return this.machines.goodbye(id, reason, by);
  }

  /** Renames or tags a machine. */
  @Patch(':id')
  @Access('admin')
  change(
    @Param() { id }: MachineIdParam,
    @Body() changes: MachineChangesDto,
    @CurrentActor() by: Actor,
  ): Promise<MachineDetailDto> {
    return this.machines.change(id, changes, by);
  }

  /** Deletes a machine; its data goes in the background. */
  @Delete(':id')
  @HttpCode(204)
  @Access('admin')
  remove(@Param() { id }: MachineIdParam, @CurrentActor() by: Actor): Promise<void> {
    return this.machines.remove(id, by);
  }

  /** Gives a machine a new key; the one before ends. */
  @Post(':id/key/rotate')
  @Access('admin')
  rotateKey(@Param() { id }: MachineIdParam, @CurrentActor() by: Actor): Promise<MachineKeyDto> {
    return this.machines.rotateKey(id, by);
  }
}
