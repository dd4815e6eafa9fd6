#!/usr/bin/env bash
# Tells Telegram where the bot is, what it is called on, and what it says of itself, in each of its languages.
#
#   infra/webhook.sh            sets the webhook, the commands and the descriptions, and shows what Telegram made of it
#   make cloud-webhook          the same
#   infra/webhook.sh --delete   takes the webhook away
#   DRY_RUN=1 infra/webhook.sh  prints what it would ask, and asks nothing
#   infra/webhook.sh --help
#
# The bot's token and the webhook's secret come from Secret Manager and go to curl through a pipe: no list of processes and no
# file has them. https://core.telegram.org/bots/api#setwebhook

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"

# The kinds of updates that the bot understands; Telegram sends no other.
UPDATES='["message", "callback_query", "inline_query", "chosen_inline_result"]'

# telegram METHOD PAYLOAD: the answer of the Bot API to a JSON object.
telegram() {
  local reply
  shown curl --config - "https://api.telegram.org/bot.../$1"
  if dry; then
    say "  $(hidden "$2")"
    return 0
  fi
  reply=$(configuration "$1" "$2" | curl --config -) ||
    fail "Telegram could not be asked for $1. See above, and run infra/webhook.sh again: it may be run at any time"
  [[ "$reply" == *'"ok":true'* ]] || fail "Telegram refused $1: $(hidden "$reply"). $(advice "$reply")"
  REPLY_TEXT=$(hidden "$reply")
}

# What helps against a refusal, by its code: https://core.telegram.org/bots/api#making-requests
advice() {
  case "$1" in
    *'"error_code":401'* | *'"error_code":404'*)
      say "Is the token right? gcloud secrets versions add $(secret_name TELEGRAM_TOKEN) --data-file=- takes another"
      ;;
    *'"error_code":429'*) say "Wait as many seconds as retry_after says, and run infra/webhook.sh again" ;;
    *'"error_code":5'*) say "The fault is Telegram's: run infra/webhook.sh again later" ;;
    *) say "What was asked is wrong, and the token is not: see the description" ;;
  esac
}

# What curl reads as its options: https://curl.se/docs/manpage.html#-K
configuration() {
  printf 'url = %s\n' "$(option "https://api.telegram.org/bot$TOKEN/$1")"
  printf 'data = %s\n' "$(option "$2")"
  printf 'header = "Content-Type: application/json"\nsilent\nshow-error\nmax-time = 30\nretry = 2\n'
}

option() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# A text without the secrets, whatever brought them there.
hidden() {
  local text=$1
  [[ -z "$TOKEN" ]] || text=${text//"$TOKEN"/...}
  [[ -z "$SECRET" ]] || text=${text//"$SECRET"/...}
  printf '%s' "$text"
}

secret_value() {
  look "Run infra/bootstrap.sh first; reading a secret needs the role Secret Manager Secret Accessor." \
    secrets versions access latest --secret="$(secret_name "$1")"
}

# A line "METHOD PAYLOAD" a call, from the bot's own words.
profile_calls() {
  if dry; then
    shown "$PYTHON" -m kamerton.telegram.profile >&2
    return 0
  fi
  PYTHONPATH=functions "$PYTHON" -m kamerton.telegram.profile | "$PYTHON" -c \
    'import json, sys
for call in json.load(sys.stdin):
    print(call["method"], json.dumps(call["payload"]))'
}

set_webhook() {
  local url=$1 calls method payload
  calls=$(profile_calls) || fail "the bot's commands could not be read: see above. Is $PYTHON there? make serve makes it"
  telegram setWebhook "{\"url\": \"$url\", \"secret_token\": \"$SECRET\", \"allowed_updates\": $UPDATES, \"max_connections\": $CONNECTIONS}"
  while read -r method payload; do
    [[ -n "$method" ]] || continue
    telegram "$method" "$payload"
  done <<<"$calls"
  telegram getWebhookInfo '{}'
  dry || say "$REPLY_TEXT"
}

case "${1:-}" in
  "" | --delete) ;;
  *) fail "$1 is not known: see infra/webhook.sh --help" ;;
esac
load_settings
require_gcloud
# As many as the bot's instances take at a time; Telegram keeps the rest until then.
CONNECTIONS=$((BOT_MAX_INSTANCES * CONCURRENCY))
((CONNECTIONS <= 100)) || CONNECTIONS=100
TOKEN="" SECRET="" REPLY_TEXT=""
there=$(existing_secrets)
if ! dry && ! has_line "$there" "$(secret_name TELEGRAM_TOKEN)"; then
  say "webhook: no TELEGRAM_TOKEN was given, so there is no bot"
  exit 0
fi
TOKEN=$(secret_value TELEGRAM_TOKEN)
dry || [[ "$TOKEN" =~ ^[0-9]+:[A-Za-z0-9_-]+$ ]] || fail "the secret $(secret_name TELEGRAM_TOKEN) is no bot's token:" \
  "it looks like 123456:letters, nothing around it"
if [[ -n "${1:-}" ]]; then
  telegram deleteWebhook '{}'
  exit 0
fi
SECRET=$(secret_value TELEGRAM_SECRET)
url=$(function_url "$BOT_NAME")
[[ -n "$url" ]] || dry || fail "the bot is not deployed: run infra/deploy.sh telegram first"
set_webhook "${url:-https://ADDRESS_OF_THE_BOT}"
