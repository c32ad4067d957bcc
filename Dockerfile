# One image for the three processes:
#   docker run guildpost                        the api
#   docker run guildpost node bot/main.ts       the bot
#   docker run guildpost node worker/main.ts    a worker
#   docker run guildpost node cli/migrate.ts    the schema up to date, then ends
# Node is the process itself, without npm in between, so that SIGTERM reaches it and what is in hand is finished.

FROM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Leaves out the package `node` too, which only brings a Node to machines that have another one.
RUN npm ci --omit=dev --ignore-scripts

FROM node:26-slim
# A container that listened on 127.0.0.1 could not be reached from outside.
ENV APP_ENV=prod API_HOST=0.0.0.0
# As the npm scripts: a young generation that may not grow to the tens of MB, and a heap that fits a small container.
ENV NODE_OPTIONS="--max-semi-space-size=8 --max-old-space-size=512"
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
# TypeScript as it was written: Node takes the types out as it loads a file.
COPY domain ./domain
COPY adapters ./adapters
COPY migrations ./migrations
COPY texts ./texts
COPY api ./api
COPY bot ./bot
COPY worker ./worker
COPY cli ./cli
USER node
EXPOSE 8080
# The api answers on its own port; bot and worker answer when they are given a HEALTH_PORT.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT || process.env.API_PORT || 8080}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "api/main.ts"]
