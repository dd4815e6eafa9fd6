#!/usr/bin/env bash
# Goes back to an earlier release of the model and catalog, or to an earlier revision of a function. Both are quick: nothing is built.
#
#   infra/rollback.sh release                 lists the releases
#   infra/rollback.sh release ID              puts this one in force
#   infra/rollback.sh http|telegram           lists the revisions of the page's or the bot's function
#   infra/rollback.sh http|telegram REVISION  sends all requests to this one
#   infra/rollback.sh http|telegram latest    sends them to the newest again
#   DRY_RUN=1 infra/rollback.sh ...           prints the commands, and runs none
#   infra/rollback.sh --help

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"

roll_back_release() {
  export KAMERTON_BUCKET=gs://$BUCKET PYTHONPATH=functions:.
  local advice="Run gcloud auth application-default login, and see that the id is one of: infra/rollback.sh release."
  if [[ -z "$1" ]]; then
    step "$advice" "$PYTHON" -m training.publish --list
  else
    step "$advice" "$PYTHON" -m training.publish --rollback "$1"
    dry || say "rollback: running instances take it over with the first request after half a minute"
  fi
}

roll_back_function() {
  local name=$1 revision=$2 advice="See that the revision is one of those that infra/rollback.sh lists without one."
  case "$revision" in
    "") cloud "$advice" run revisions list --service="$name" --region="$REGION" ;;
    latest) cloud "$advice" run services update-traffic "$name" --region="$REGION" --to-latest ;;
    *) cloud "$advice" run services update-traffic "$name" --region="$REGION" --to-revisions="$revision=100" ;;
  esac
}

case "${1:-}" in
  release | http | telegram) ;;
  *) fail "say what to roll back: see infra/rollback.sh --help" ;;
esac
load_settings
require_gcloud
case "$1" in
  release) roll_back_release "${2:-}" ;;
  http) roll_back_function "$NAME" "${2:-}" ;;
  telegram) roll_back_function "$BOT_NAME" "${2:-}" ;;
esac
