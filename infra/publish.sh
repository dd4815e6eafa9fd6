#!/usr/bin/env bash
# Publishes a release to the bucket: trains if none is there that can be served, and removes the oldest beyond KEEP_RELEASES.
#
#   infra/publish.sh            does nothing when a release is in force that this version can serve
#   make cloud-publish          the same
#   infra/publish.sh --new      trains and publishes another; CATALOG=, GENRES=, FAMILY= and EVALUATE= as in `make train`
#   DRY_RUN=1 infra/publish.sh  prints the commands for a bucket where nothing is there yet, and runs none
#   infra/publish.sh --help
#
# The bucket is written as yourself: run gcloud auth application-default login once.

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"

ADVICE="Run gcloud auth application-default login, and see that you have the role Storage Object Admin."

can_be_served() {
  local status=0
  shown "$PYTHON" -m training.publish --exists >&2
  dry && return 1
  "$PYTHON" -m training.publish --exists || status=$?
  case $status in
    0) return 0 ;;
    3) return 1 ;;
    *) fail "the bucket could not be looked at. $ADVICE" ;;
  esac
}

load_settings
export KAMERTON_BUCKET=gs://$BUCKET PYTHONPATH=functions:.
NEW=""
case "${1:-}" in
  "") ;;
  --new) NEW=1 ;;
  *) fail "$1 is not known: see infra/publish.sh --help" ;;
esac

[[ -x "$PYTHON" ]] || dry || step "It needs Python 3.11 or newer with venv, and PyPI." make .venv/train.done
if [[ -z "$NEW" ]] && can_be_served; then
  say "publish: a release is in force in $KAMERTON_BUCKET; --new makes another"
else
  step "$ADVICE" make train BUCKET="$KAMERTON_BUCKET"
fi
step "$ADVICE" "$PYTHON" -m training.publish --prune "$KEEP_RELEASES"
