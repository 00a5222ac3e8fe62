/** Answer of `GET /health`, as text. By it an agent knows that a procspy server answers. */
export const HEALTH_ANSWER = 'procspy is live!';
