# The images of the server (the default target) and of the agent (--target agent): docs/containers.md.
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY agent/package.json agent/
COPY dashboard/package.json dashboard/
COPY scripts/install-sqlite.mjs scripts/require-node.mjs scripts/
RUN npm ci
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY scripts/bundle-server.mjs scripts/third-party-licenses.mjs scripts/
COPY src src
COPY agent agent
COPY dashboard dashboard
RUN npm run build
RUN mkdir -m 0700 state

FROM node:${NODE_VERSION}-bookworm-slim AS agent
LABEL org.opencontainers.image.title="procspy-agent" \
      org.opencontainers.image.description="Reports one machine to a procspy server" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    PROCSPY_STATE_DIR=/var/lib/procspy-agent
WORKDIR /app
COPY --from=build --chown=node:node /app/state /var/lib/procspy-agent
COPY --from=build /app/agent/dist/procspy-agent.mjs /app/agent/dist/procspy-agent.LICENSES.txt ./
USER node
VOLUME /var/lib/procspy-agent
CMD ["node", "procspy-agent.mjs", "run"]

FROM node:${NODE_VERSION}-bookworm-slim AS server
LABEL org.opencontainers.image.title="procspy" \
      org.opencontainers.image.description="Self-hosted monitoring of many machines" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    PROCSPY_DATA_DIR=/var/lib/procspy
WORKDIR /app
COPY --from=build --chown=node:node /app/state /var/lib/procspy
# What scripts/bundle-server.mjs leaves out of the server's one file, and what that needs.
COPY --from=build /app/node_modules/better-sqlite3 node_modules/better-sqlite3
COPY --from=build /app/node_modules/@node-rs node_modules/@node-rs
COPY --from=build /app/node_modules/swagger-ui-dist node_modules/swagger-ui-dist
COPY --from=build /app/dist/bundle/procspy-server.mjs /app/dist/bundle/procspy-server.LICENSES.txt dist/bundle/
COPY --from=build /app/dashboard/dist dashboard/dist
# Handed out to the machines that are added.
COPY --from=build /app/agent/dist/procspy-agent.mjs /app/agent/dist/procspy-agent.LICENSES.txt agent/dist/
COPY package.json LICENSE ./
USER node
VOLUME /var/lib/procspy
EXPOSE 8080
# The process is its own init: it starts no others, and it stops on SIGTERM within 28 seconds.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/bundle/procspy-server.mjs"]
