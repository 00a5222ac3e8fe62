/** Style sheets in the order in which they must apply: Mantine's, then ours. */
import '@mantine/core/styles.css';
import './theme.css';
