# Kamerton in any container service: docker build -t kamerton . && docker run -p 8080:8080 -e KAMERTON_BUCKET=s3://... kamerton
# FUNCTION_TARGET=telegram_webhook makes it the bot. tests/infra/test_clean_environment.py runs the commands of RUN and CMD.
FROM python:3.11-slim
WORKDIR /app
COPY functions/requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY functions/ ./
# An instance answers eight requests at a time; gunicorn starts one worker.
ENV PORT=8080 THREADS=8 FUNCTION_TARGET=http_api PYTHONUNBUFFERED=1
# Of nobody else, and with nothing to write to but /tmp: docker run --read-only --tmpfs /tmp takes it.
USER 10001:10001
CMD ["python", "serve.py"]
