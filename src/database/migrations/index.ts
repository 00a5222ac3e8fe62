/** Every migration, in the order in which they run. Made by `npm run migration:index`. */
import { CreateMachines1764000000000 } from './1764000000000-create-machines.js';
import { CreateAuth1764000000100 } from './1764000000100-create-auth.js';
import { CreateMachineStates1764000000200 } from './1764000000200-create-machine-states.js';
import { CreateMetrics1764000000300 } from './1764000000300-create-metrics.js';
import { CreateAlerts1764000000400 } from './1764000000400-create-alerts.js';
import { AddClockOffsets1764000000500 } from './1764000000500-add-clock-offsets.js';
import { PlannedAbsence1764000000600 } from './1764000000600-planned-absence.js';
import { Goodbyes1764000000700 } from './1764000000700-goodbyes.js';
import { Columns1764000000800 } from './1764000000800-columns.js';
import { HoursInColumns1764000000900 } from './1764000000900-hours-in-columns.js';
import { UserPreferences1764000001000 } from './1764000001000-user-preferences.js';
import { Silences1764000001100 } from './1764000001100-silences.js';
import { Replicas1764000001200 } from './1764000001200-replicas.js';

export const migrations = [
  CreateMachines1764000000000,
  CreateAuth1764000000100,
  CreateMachineStates1764000000200,
  CreateMetrics1764000000300,
  CreateAlerts1764000000400,
  AddClockOffsets1764000000500,
  PlannedAbsence1764000000600,
  Goodbyes1764000000700,
  Columns1764000000800,
  HoursInColumns1764000000900,
  UserPreferences1764000001000,
  Silences1764000001100,
  Replicas1764000001200,
];
