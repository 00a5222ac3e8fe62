/**
 * The benchmarks of the server and the agent, as ratios measured in one run. Build first.
 *
 *   node bench/run.mjs [--only=name,name] [--quick] [--json] [--verbose] [--list]
 */
import { startPostgres } from './lib/postgres.mjs';
import { stopAll } from './lib/processes.mjs';
import { describeMachine, judged, printHead, printRow } from './lib/report.mjs';
import { ROWS } from './rows/index.mjs';

const options = process.argv.slice(2).join(' ').replaceAll('=', ' ').split(' ');
const flag = (name) => options.includes(`--${name}`);
const only = flag('only') ? options[options.indexOf('--only') + 1].split(',') : null;
const say = flag('json') ? () => undefined : console.log;

let postgres = null;
const context = {
  quick: flag('quick'),
  rounds: flag('quick') ? 2 : 5,
  /** Before the first round: V8 takes its time to compile a whole server. */
  warmUpSeconds: flag('quick') ? 5 : 10,
  /** Before what counts of each round. */
  warmUpMs: 500,
  measureMs: flag('quick') ? 1_500 : 4_000,
  log: flag('verbose') ? (text) => console.error(`    ${text}`) : () => undefined,
  /** The one PostgreSQL server of this run, started when it is first needed. */
  postgres: () => {
    postgres ??= startPostgres();
    return postgres;
  },
};

async function main() {
  const unknown = only?.filter((name) => !ROWS.some((row) => row.name === name)) ?? [];
  if (unknown.length > 0 || flag('list')) {
    console.log(`rows: ${ROWS.map(({ name }) => name).join(', ')}`);
    process.exitCode = unknown.length > 0 ? 1 : 0;
    return;
  }
  const results = [];
  printed(printHead);
  for (const row of ROWS.filter(({ name }) => !only || only.includes(name))) {
    for (const result of (await row.run(context)).map(judged)) {
      results.push({ row: row.name, ...result });
      printed(() => printRow(result));
    }
  }
  const { version } = (await postgres) ?? {};
  const machine = describeMachine([...(version ? [`PostgreSQL ${version}`] : []), 'SQLite']);
  if (flag('json')) {
    console.log(
      JSON.stringify(
        { machine, at: new Date().toISOString(), quick: context.quick, results },
        null,
        2,
      ),
    );
  } else {
    say(`\n${machine}; ${context.rounds} rounds in turn, medians`);
  }
  process.exitCode = results.some(({ reached }) => reached === false) ? 1 : 0;
}

function printed(print) {
  if (!flag('json')) print();
}

async function cleanUp() {
  await stopAll();
  await (await postgres)?.stop();
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
}

try {
  await main();
} finally {
  await cleanUp();
}
