FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home jiesu
WORKDIR /app
COPY --chown=jiesu requirements.lock pyproject.toml README.md LICENSE Makefile ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY --chown=jiesu bot bot
COPY --chown=jiesu cases cases
COPY --chown=jiesu dialogs dialogs
COPY --chown=jiesu intents intents
COPY --chown=jiesu storage storage
# Compiled here: a container whose file system is read-only would compile it at every start
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e . \
 && .venv/bin/python -m compileall -q bot cases dialogs intents storage && mkdir -p /data && chown jiesu /data
USER jiesu
ENV PATH=/app/.venv/bin:$PATH JIESU_HOST=0.0.0.0 JIESU_FOLDER=/data JIESU_DATABASE_URL=sqlite:////data/jiesu.db
VOLUME /data
EXPOSE 8080
CMD ["jiesu", "serve"]
