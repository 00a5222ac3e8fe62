/** A section of a machine's page that can be folded, and stays as the user left it. */
import { UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { usePreference } from '../shared/preferences/use-preference.js';
import classes from './machine-page.module.css';

const NONE: readonly string[] = [];

function isListOfNames(stored: unknown): stored is readonly string[] {
  return Array.isArray(stored) && stored.every((name) => typeof name === 'string');
}

/** `id` is what the preferences remember; a folded section renders nothing of `children`. */
export function FoldSection(props: { id: string; title: string; children: ReactNode }) {
  const { id, title, children } = props;
  const [folded, setFolded] = usePreference('machine.folded', NONE, isListOfNames);
  const isFolded = folded.includes(id);
  const body = useId();
  const toggle = () => {
    setFolded(isFolded ? folded.filter((name) => name !== id) : [...folded, id]);
  };
  return (
    <section className={classes.section} aria-label={title}>
      <h2 className={classes.sectionTitle}>
        <UnstyledButton
          className={classes.fold}
          aria-expanded={!isFolded}
          aria-controls={body}
          onClick={toggle}
        >
          <IconChevronDown size={16} aria-hidden="true" />
          {title}
        </UnstyledButton>
      </h2>
      <div id={body} hidden={isFolded}>
        {!isFolded && children}
      </div>
    </section>
  );
}
