/** A machine's tags as small labels. */
import classes from './tag-list.module.css';

/** Shows all tags or, with a `limit`, those that fit on one line and how many more there are. */
export function TagList({ tags, limit }: { tags: readonly string[]; limit?: number }) {
  if (tags.length === 0) return null;
  const hidden = limit === undefined ? [] : tags.slice(limit);
  return (
    <span className={classes.tags} data-one-line={limit !== undefined || undefined}>
      {tags.slice(0, limit).map((tag) => (
        <span key={tag} className={classes.tag} title={tag}>
          {tag}
        </span>
      ))}
      {hidden.length > 0 && (
        <span className={classes.tag} title={hidden.join(', ')}>
          +{hidden.length}
        </span>
      )}
    </span>
  );
}
