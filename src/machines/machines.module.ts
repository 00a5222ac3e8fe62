/** The registry of machines: enrolment, look-ups, presence. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesController } from './machines.controller.js';
import { MachinesService } from './machines.service.js';
import { GoodbyeEntity } from './presence/goodbye.entity.js';
import { GoodbyesStore } from './presence/goodbyes.store.js';
import { MachineStateEntity } from './presence/machine-state.entity.js';
import { MachineStatesStore } from './presence/machine-states.store.js';
import { PresenceService } from './presence/presence.service.js';
import { RegistrationService } from './registration.service.js';
import { MachineEntity } from './registry/machine.entity.js';
import { MachineDirectoryService } from './registry/machine-directory.service.js';
import { MachinesStore } from './registry/machines.store.js';

@Module({
  imports: [
    AuthModule,
    TypeOrmModule.forFeature([MachineEntity, MachineStateEntity, GoodbyeEntity]),
  ],
  controllers: [MachinesController],
  providers: [
    MachinesStore,
    MachineStatesStore,
    GoodbyesStore,
    MachineDirectoryService,
    PresenceService,
    MachinesService,
    RegistrationService,
  ],
  exports: [MachineDirectoryService, MachinesService, PresenceService],
})
export class MachinesModule {}
