# The package, with every verb but those of the embedded stack, which docker-compose.yml takes the place of. It runs the application
# in /app: the sample, or your own, with `docker run -v ./my-app:/app`.

FROM node:24-bookworm-slim AS base
WORKDIR /build
COPY package.json package-lock.json .npmrc ./

# Native parts of development packages (a PostgreSQL server among them) are not needed to compile.
FROM base AS build
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --omit=optional --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json facts.config.ts ./
COPY scripts/build.mjs scripts/
COPY src src
COPY monolith monolith
RUN node scripts/build.mjs

FROM base AS dependencies
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
# Where an application in /app finds what it imports, as if it were installed beside it.
WORKDIR /node_modules/pgfacts
RUN ln -s /node_modules/pgfacts/bin/facts.cjs /usr/local/bin/facts
COPY --from=dependencies /build/node_modules /node_modules
COPY package.json LICENSE* ./
COPY --chmod=755 bin bin
COPY proto proto
COPY connectors/monolith.json connectors/
COPY --from=build /build/dist/src dist/src
# The sample, with what only its own commands need.
WORKDIR /app
COPY connectors connectors
COPY --from=build /build/node_modules/drizzle-orm node_modules/drizzle-orm
COPY --from=build /build/node_modules/@faker-js node_modules/@faker-js
COPY --from=build /build/dist/monolith monolith
COPY --from=build /build/dist/src/wildapp src/wildapp
COPY --from=build /build/dist/facts.config.js ./
# What tasks remember; a volume saves restoring it from Kafka.
ENV FACTS_PIPELINE_STATE_DIR=/var/lib/facts
RUN install -d -o node -g node /var/lib/facts
USER node
# /healthz, /readyz, /metrics of `facts pipeline` and of `facts feed`; the feeds
EXPOSE 9464 9465 8090
ENTRYPOINT ["facts"]
CMD ["--help"]
