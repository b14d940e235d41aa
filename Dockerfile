# The command `archive`, for verifying and for adding: docs/install.md says how to run it.
FROM python:3.13-slim
COPY . /source
RUN pip install --no-cache-dir '/source[capture,html,markdown,pdf,timestamp,yaml]' && rm -rf /source && useradd --create-home archivist
USER archivist
WORKDIR /work
ENTRYPOINT ["archive"]
CMD ["--help"]
