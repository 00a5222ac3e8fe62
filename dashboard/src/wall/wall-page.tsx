/** `/wall`: the whole fleet on one screen, for a monitor on the wall. */
import { useDocumentTitle, useViewportSize } from '@mantine/hooks';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { ApiError } from '../shared/api/errors.js';
import { serverNow, useServerNow } from '../shared/clock.js';
import { useCutOffAt } from '../shared/live/use-cut-off.js';
import { useFiringAlerts } from '../shared/live/use-firing-alerts.js';
import { useFleet } from '../shared/live/use-fleet.js';
import { summaryOf } from '../shared/machines/summary.js';
import { judged } from '../shared/machines/troubles.js';
import { reachServer, ServicesContext, useLiveState, useServices } from '../shared/services.js';
import { VERSION } from '../shared/version.js';
import { TileList } from './tile-grid.js';
import { useWakeLock } from './use-wake-lock.js';
import classes from './wall.module.css';
import { KeySource } from './wall-key.js';
import { wallLayout } from './wall-layout.js';
import { ConnectionNotice, WallClock, WallMessage } from './wall-parts.js';
import { RecentTroubles, tilesOf } from './wall-tiles.js';

/** How often the tiles are drawn again, in milliseconds. */
const REDRAW_MS = 2_000;
/** How long a machine keeps its large tile after it is well again. */
const RECENT_MS = 30_000;
/** The strip above the tiles, and the space around everything, in pixels, as in the style sheet. */
const HEAD_HEIGHT = 56;
const MARGIN = 10;

/** With `readKey` it reaches the server by that key, else as the user who is signed in. */
export function WallPage({ readKey }: { readKey: string | null }) {
  return readKey === null ? <Wall /> : <KeyWall key={readKey} readKey={readKey} />;
}

function KeyWall({ readKey }: { readKey: string }) {
  const services = useServices();
  const [reach] = useState(() => reachServer(new KeySource(readKey)));
  const { live } = reach;
  useEffect(() => {
    live.open();
    return () => live.close();
  }, [live]);
  const own = useMemo(() => ({ ...services, ...reach }), [services, reach]);
  return (
    <ServicesContext value={own}>
      <QueryClientProvider client={reach.queries}>
        <Wall />
      </QueryClientProvider>
    </ServicesContext>
  );
}

function Wall() {
  const { store, live } = useServices();
  const { machines, loading, error } = useFleet();
  const { firing, failed } = useFiringAlerts();
  const liveState = useLiveState();
  const cutOffAt = useCutOffAt();
  const tick = useServerNow(REDRAW_MS);
  const now = cutOffAt ?? tick;
  const { width, height } = useViewportSize();
  const [recent] = useState(() => new RecentTroubles(RECENT_MS));
  useWakeLock();

  // The server took the key again after it had refused it, which ended the attempts to connect.
  useEffect(() => {
    if (error === null && !loading && liveState === 'down') live.open();
  }, [error, loading, liveState, live]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: machines and now say when to look again
  const { tiles, summary, count } = useMemo(() => {
    const all = judged(store.current(), { now: cutOffAt ?? serverNow(), version: VERSION });
    const alerts = firing?.alerts ?? [];
    return {
      count: all.length,
      summary: summaryOf(all, { alerts, total: firing?.total ?? 0 }),
      tiles: tilesOf(all, alerts, (id, bad) => recent.note(id, bad, now)),
    };
  }, [store, machines, now, cutOffAt, firing, recent]);

  const down = tiles.large.filter(({ state }) => state === 'down').length;
  useDocumentTitle(`${down > 0 ? `(${down} down) ` : ''}Wall · procspy`);

  const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
  if (refused)
    return <WallMessage title="The server refuses this key">{error.message}</WallMessage>;
  if (loading) return <WallMessage title="Loading">The machines are on their way.</WallMessage>;
  if (count === 0 && error !== null) {
    return <WallMessage title="No connection">{error.message} Trying again.</WallMessage>;
  }

  const layout = wallLayout(
    { large: tiles.large.length, small: tiles.small.length },
    width - 2 * MARGIN,
    height - HEAD_HEIGHT - MARGIN,
  );
  return (
    <main className={classes.wall} data-stale={liveState !== 'live' || undefined}>
      <header className={classes.top}>
        <h1 className={classes.title}>
          {count === 0 ? (
            'No machine yet'
          ) : (
            <Headline
              summary={summary}
              machines={count}
              alerts={firing === null ? (failed ? 'failed' : 'awaited') : 'known'}
            />
          )}
        </h1>
        <ConnectionNotice />
        <WallClock />
      </header>
      <TileList
        label={layout.together ? 'All machines' : 'Machines that need attention'}
        grid={layout.large}
        height={layout.largeHeight}
        tiles={layout.together ? [...tiles.large, ...tiles.small] : tiles.large}
      />
      <TileList
        label="Other machines"
        grid={layout.small}
        height={layout.smallHeight}
        tiles={layout.together ? [] : tiles.small}
      />
    </main>
  );
}

function Headline(props: {
  summary: ReturnType<typeof summaryOf>;
  machines: number;
  alerts: 'awaited' | 'known' | 'failed';
}) {
  const { summary, machines, alerts } = props;
  if (summary.well) {
    // Whether all is well is not said before the alerts are known.
    if (alerts === 'awaited') return `${machines} ${machines === 1 ? 'machine' : 'machines'}`;
    if (alerts === 'known') return <span data-well>{summary.text}</span>;
    return `${summary.text} Alerts could not be read.`;
  }
  return summary.counts.map(({ kind, severity, text }) => (
    <span key={severity ?? kind} className={classes.count} data-kind={severity ?? kind}>
      {text}
    </span>
  ));
}
