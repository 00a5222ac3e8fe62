/** The layout of the sign-in and setup pages. */
import { Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Logo } from '../shared/ui/logo.js';
import { SchemeSwitch } from '../shared/ui/scheme-switch.js';
import classes from './auth-card.module.css';

/** A narrow card in the middle of the page, below the product's name. */
export function AuthCard(props: { title: string; hint: string; children: ReactNode }) {
  useDocumentTitle(`${props.title} · procspy`);
  return (
    <main className={classes.page}>
      <div className={classes.corner}>
        <SchemeSwitch />
      </div>
      <Stack gap="lg" className={classes.column}>
        <Logo size={36} />
        <div className={`panel ${classes.card}`}>
          <Title order={1} size="h3">
            {props.title}
          </Title>
          <Text c="dimmed" size="sm" mt={4} mb="lg">
            {props.hint}
          </Text>
          {props.children}
        </div>
      </Stack>
    </main>
  );
}
