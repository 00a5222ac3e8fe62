/** The dashboard and the agent, served by the server itself. */
import { Module } from '@nestjs/common';
import { AgentFileController } from './agent-file.controller.js';
import { DashboardController } from './dashboard.controller.js';

@Module({ controllers: [AgentFileController, DashboardController] })
export class WebModule {}
