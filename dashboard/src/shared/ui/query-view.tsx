/** What stands in the place of data that is loading, failed to load, or may not be seen. */
import { Button, Center, Loader } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/errors.js';
import { DeniedPage } from './denied-page.js';
import { Notice } from './notice.js';

type State = Pick<UseQueryResult, 'error' | 'isPending' | 'isFetching' | 'refetch'>;

/**
 * Renders `children` with the data once it is there. An error of a later fetch stands above the data
 * that was known before.
 */
export function QueryView<data>(props: {
  query: State & { data: data | undefined };
  children: (data: data) => ReactNode;
}) {
  const { query, children } = props;
  const { data, error } = query;
  if (error instanceof ApiError && error.status === 403) return <DeniedPage />;
  return (
    <>
      {error !== null && (
        <Notice kind="error" mb="md">
          {error.message}{' '}
          <Button
            size="compact-xs"
            variant="default"
            loading={query.isFetching}
            onClick={() => void query.refetch()}
          >
            Try again
          </Button>
        </Notice>
      )}
      {query.isPending && (
        <Center mih="30vh">
          <Loader aria-label="Loading" />
        </Center>
      )}
      {data !== undefined && children(data)}
    </>
  );
}
