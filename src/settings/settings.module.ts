/** Small facts that all replicas share through the database. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingEntity } from './setting.entity.js';
import { SettingStore } from './setting.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([SettingEntity])],
  providers: [SettingStore],
  exports: [SettingStore],
})
export class SettingsModule {}
