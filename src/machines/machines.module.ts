/** The registry of machines: enrolment, look-ups, presence. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { GoodbyeEntity } from './goodbye.entity.js';
import { GoodbyesStore } from './goodbyes.store.js';
import { MachineEntity } from './machine.entity.js';
import { MachineDirectory } from './machine-directory.js';
import { MachineStateEntity } from './machine-state.entity.js';
import { MachineStatesStore } from './machine-states.store.js';
import { MachinesController } from './machines.controller.js';
import { MachinesService } from './machines.service.js';
import { MachinesStore } from './machines.store.js';
import { Presence } from './presence.js';
import { Registration } from './registration.js';

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
    MachineDirectory,
    Presence,
    MachinesService,
    Registration,
  ],
  exports: [MachineDirectory, MachinesService, Presence],
})
export class MachinesModule {}
