# The images that ship: docker build --target sidecar . and docker build --target operator .
# What is in them is listed in images/, which the local cluster (npm run cluster) packs too.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build \
 && node images/lay-out.ts sidecar /image/sidecar \
 && node images/lay-out.ts operator /image/operator

# No shell, no package manager, nobody else's files: node, its libraries, the bundles.
FROM scratch AS operator
COPY --from=build /image/operator /
USER 65532:65532
WORKDIR /app
ENV NODE_ENV=production NODE_OPTIONS="--max-semi-space-size=4 --max-old-space-size=160"
ENTRYPOINT ["/usr/local/bin/node", "/app/dist/fourfold.js"]
CMD ["operator"]

FROM scratch AS sidecar
COPY --from=build /image/sidecar /
USER 65532:65532
WORKDIR /app
ENV NODE_ENV=production FOURFOLD_MODEL_DIR=/app/models/all-MiniLM-L6-v2 \
    MALLOC_MMAP_THRESHOLD_=131072 MALLOC_ARENA_MAX=2
EXPOSE 4114 4115
ENTRYPOINT ["/usr/local/bin/node", "--min-semi-space-size=4", "--max-semi-space-size=8", "--no-parallel-scavenge", "--no-maglev", "--invocation-count-for-turbofan=400", "--heap-growing-percent=20", "/app/dist/fourfold.js"]
CMD ["serve"]
