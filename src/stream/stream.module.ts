/** Socket.IO: live values for dashboards, pushes from agents. */
import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { AgentGateway } from './agent.gateway.js';
import { LiveGateway } from './live.gateway.js';
import { LiveFeed } from './live-feed.js';
import { SocketGate } from './socket-gate.js';

@Module({
  imports: [AuthModule, MachinesModule, MetricsModule],
  providers: [SocketGate, LiveFeed, LiveGateway, AgentGateway],
})
export class StreamModule {}
