# The service without a database of its own: DATABASE_URL names one (docker-compose.yml brings it along).
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:20-bookworm-slim
# Within the container all of its addresses; which of the host's lead here is for who runs it to say.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATELINE_DATA=/data
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are the embedded Postgres, which has no place beside a real one.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY --from=build /app/dist dist
# The origin, the admin key, the signing key and the last checkpoints: what must outlive the container.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=64", "--enable-source-maps", "dist/bundle/server.js"]
