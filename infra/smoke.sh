#!/usr/bin/env bash
# Asks the deployed function real questions, and checks the answers.
#
#   infra/smoke.sh           the deployed functions, page and bot
#   make cloud-smoke         the same
#   infra/smoke.sh URL       the page and the API at this address, wherever they run
#   DRY_RUN=1 infra/smoke.sh prints what it would do
#   infra/smoke.sh --help

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"

ADVICE="Look at infra/status.sh for the last errors."
if [[ -n "${1:-}" ]]; then
  step "$ADVICE" python3 -m infra.smoke "$1"
else
  load_settings
  require_gcloud
  url=$(function_url "$NAME")
  [[ -n "$url" ]] || dry || fail "nothing is deployed: run infra/deploy.sh first"
  bot=$(function_url "$BOT_NAME")
  step "$ADVICE" python3 -m infra.smoke "${url:-https://ADDRESS_OF_THE_PAGE}" ${bot:+--bot "$bot"}
fi
