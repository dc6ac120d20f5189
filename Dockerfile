# The CLI `facts` with every verb but those of the embedded stack, which docker-compose.yml takes the place of.

FROM node:24-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

# Native parts of development packages (a PostgreSQL server among them) are not needed to compile.
FROM base AS build
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --omit=optional --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/
COPY src src
COPY monolith monolith
RUN node scripts/build.mjs

FROM base AS dependencies
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN ln -s /app/bin/facts.cjs /usr/local/bin/facts
COPY package.json LICENSE* ./
COPY --chmod=755 bin bin
COPY connectors connectors
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# What tasks remember; a volume saves restoring it from Kafka.
ENV FACTS_PIPELINE_STATE_DIR=/var/lib/facts
RUN install -d -o node -g node /var/lib/facts
USER node
# /healthz, /readyz, /metrics of `facts pipeline` and of `facts feed`; the feeds
EXPOSE 9464 9465 8090
ENTRYPOINT ["facts"]
CMD ["--help"]
