/** Socket.IO: live values for dashboards, pushes from agents. */
import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { MachinesModule } from '../machines/machines.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { AgentGateway } from './agent.gateway.js';
import { LiveGateway } from './live.gateway.js';
import { LiveFeedService } from './live-feed.service.js';
import { SocketGateService } from './socket-gate.service.js';

@Module({
  imports: [AuthModule, MachinesModule, MetricsModule],
  providers: [SocketGateService, LiveFeedService, LiveGateway, AgentGateway],
})
export class StreamModule {}
