/** Tiles of one size. */
import { memo } from 'react';
import classes from './wall.module.css';
import { detailOf, fontSizeOf, type TileDetail, type TileGrid } from './wall-layout.js';
import type { WallTile } from './wall-tiles.js';

/** Draws the tiles in the order given. */
export function TileList(props: {
  label: string;
  grid: TileGrid;
  height: number;
  tiles: readonly WallTile[];
}) {
  const { label, grid, height, tiles } = props;
  if (tiles.length === 0) return null;
  const detail = detailOf(grid);
  return (
    <ul
      className={classes.tiles}
      aria-label={label}
      data-detail={detail}
      style={{
        height,
        gridTemplateColumns: `repeat(${grid.columns}, minmax(0, 1fr))`,
        gridTemplateRows: `repeat(${grid.rows}, minmax(0, 1fr))`,
        fontSize: fontSizeOf(grid),
      }}
    >
      {tiles.map((tile) => (
        <Tile key={tile.id} {...tile} detail={detail} />
      ))}
    </ul>
  );
}

/** Renders again only when one of its texts changes. */
const Tile = memo(function Tile(props: WallTile & { detail: TileDetail }) {
  const { name, state, word, cpu, ram, disk, alerts, detail } = props;
  const said = alerts === '' ? word : `${word}: ${alerts}`;
  const isPlain = said === 'online';
  return (
    <li className={classes.tile} data-state={state} title={`${name}, ${said}`}>
      <span className={classes.head}>
        <span className={classes.sign} aria-hidden="true" />
        {detail === 'mark' ? (
          <span className={classes.unseen}>{`${name}, ${said}`}</span>
        ) : (
          <span className={classes.name}>{name}</span>
        )}
        {detail === 'full' && !isPlain && <span className={classes.word}>{word}</span>}
      </span>
      {detail === 'name' && <span className={classes.unseen}>{said}</span>}
      {(detail === 'full' || detail === 'numbers') && (
        <span className={classes.numbers}>
          <Value label="CPU" value={cpu} detail={detail} />
          <Value label="Memory" value={ram} detail={detail} />
          <Value label="Disk" value={disk} detail={detail} />
        </span>
      )}
      {detail === 'full' && alerts !== '' && <span className={classes.alerts}>{alerts}</span>}
      {detail === 'numbers' && !isPlain && <span className={classes.alerts}>{said}</span>}
    </li>
  );
});

function Value(props: { label: string; value: string; detail: TileDetail }) {
  const { label, value, detail } = props;
  return (
    <span className={classes.value}>
      {detail === 'full' ? (
        <span className={classes.label}>{label}</span>
      ) : (
        <span className={classes.unseen}>{label}</span>
      )}
      <span className={classes.number}>{value}</span>
    </span>
  );
}
