/** The statements on `notification_channels`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ChannelEntity } from './channel.entity.js';

/** Reads and writes channels. */
@Injectable()
export class ChannelsStore {
  constructor(
    @InjectRepository(ChannelEntity) private readonly channels: Repository<ChannelEntity>,
  ) {}

  /** Every channel, oldest first: there are few. */
  all(): Promise<ChannelEntity[]> {
    return this.channels.find({ order: { created_at: 'ASC', id: 'ASC' } });
  }

  byId(id: string): Promise<ChannelEntity | null> {
    return this.channels.findOneBy({ id });
  }

  async insert(channel: ChannelEntity): Promise<void> {
    await this.channels.insert(channel);
  }

  /** Replaces the channel if nobody changed it since `seen`; false if somebody did. */
  async update(seen: ChannelEntity, next: ChannelEntity): Promise<boolean> {
    const { affected } = await this.channels.update(
      { id: seen.id, updated_at: seen.updated_at },
      next,
    );
    return affected === 1;
  }

  async remove(id: string): Promise<void> {
    await this.channels.delete({ id });
  }
}
