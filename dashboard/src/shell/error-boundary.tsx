/** Shown in place of a page that threw an error while rendering. */
import { Button, Stack, Text, Title } from '@mantine/core';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { errorMessage } from '../shared/api/errors.js';

interface BoundaryProps {
  /** When this changes, e.g. to another address, the page is rendered again. */
  resetKey: string;
  children: ReactNode;
}

interface BoundaryState {
  failure: string | null;
  failedAt: string;
}

/**
 * Catches errors of its children. After an update of the server the chunks of an open page no
 * longer exist: reloading the page fixes that.
 */
export class ErrorBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failure: null, failedAt: '' };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { failure: errorMessage(error) };
  }

  static getDerivedStateFromProps(
    { resetKey }: BoundaryProps,
    { failure, failedAt }: BoundaryState,
  ): Partial<BoundaryState> | null {
    if (failedAt === resetKey) return null;
    return failure === null ? { failedAt: resetKey } : { failure: null, failedAt: resetKey };
  }

  override componentDidCatch(error: Error, { componentStack }: ErrorInfo): void {
    console.error(error, componentStack);
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return (
      <Stack align="center" gap="sm" py={80}>
        <Title order={2}>This page could not be shown</Title>
        <Text c="dimmed">{failure}</Text>
        <Button variant="default" onClick={() => window.location.reload()}>
          Load it again
        </Button>
      </Stack>
    );
  }
}
