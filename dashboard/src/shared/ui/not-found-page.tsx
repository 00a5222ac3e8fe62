/** The page for an unknown address. */
import { Button, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from 'react-router';

/** Says that the page does not exist and links to the list of machines. */
export function NotFoundPage({ what = 'This page does not exist.' }: { what?: string }) {
  useDocumentTitle('Not found · procspy');
  return (
    <Stack align="center" gap="sm" py={80}>
      <Title order={1} size="h2">
        Not found
      </Title>
      <Text c="dimmed">{what}</Text>
      <Button component={Link} to="/" variant="default">
        All machines
      </Button>
    </Stack>
  );
}
