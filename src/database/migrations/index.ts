/** Every migration, in the order in which they run. */
import { CreateMachines1764000000000 } from './1764000000000-create-machines.js';

export const migrations = [CreateMachines1764000000000];
