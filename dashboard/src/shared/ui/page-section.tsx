/** The heading of a page, and sections of it in panels. */
import { type ReactNode, useId } from 'react';
import classes from './page-section.module.css';

/** The page's only `h1`, with what can be done on the page beside it. */
export function PageHead(props: { title: string; hint?: ReactNode; actions?: ReactNode }) {
  const { title, hint, actions } = props;
  return (
    <header className={classes.head}>
      <h1 className={classes.title}>{title}</h1>
      {actions}
      {hint !== undefined && <p className={classes.hint}>{hint}</p>}
    </header>
  );
}

/** A titled panel; `flush` lets a table reach its edges. */
export function PageSection(props: {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}) {
  const { title, hint, actions, flush = false, children } = props;
  const id = useId();
  return (
    <section className={`panel ${classes.section}`} aria-labelledby={id}>
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle} id={id}>
          {title}
        </h2>
        {actions}
        {hint !== undefined && <p className={classes.hint}>{hint}</p>}
      </div>
      <div className={classes.body} data-flush={flush || undefined}>
        {children}
      </div>
    </section>
  );
}
