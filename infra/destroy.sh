#!/usr/bin/env bash
# Deletes what bootstrap.sh and deploy.sh made: shows it first, and asks for the project's name.
#
#   infra/destroy.sh                all of it, releases and secrets included
#   make cloud-destroy              the same
#   infra/destroy.sh --keep-bucket  all but the bucket
#   DRY_RUN=1 infra/destroy.sh      prints the commands for all that there may be, and runs none
#   infra/destroy.sh --help
#
# APIs stay enabled and the project stays: other things may need them. What Google's builds keep (buckets and images named gcf-*)
# stays too. The name of a workload identity pool that was deleted is free again after 30 days; until then
# `gcloud iam workload-identity-pools undelete` brings it back.

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"

ADVICE="You need the role Viewer in the project."

# Only what has our names, a line "KIND NAME" each, in the order in which it can go.
inventory() {
  local account=ACCOUNT
  find_named function "$NAME" "$BOT_NAME" -- functions list --regions="$REGION" --filter="name~/$NAME(-bot)?\$" \
    --format='value(name.basename())'
  find_named uptime-check "$NAME" -- monitoring uptime list-configs --filter="displayName=$NAME" \
    --format='value(name.basename(),displayName)'
  find_named metric "$NAME-errors" "$NAME-slow" -- logging metrics list --format='value(name)'
  # shellcheck disable=SC2046
  find_named secret $(secret_names) -- secrets list --format='value(name.basename())'
  find_named identity-pool "$NAME" -- iam workload-identity-pools list --location=global --format='value(name.basename())'
  find_named account "$PAGE_ACCOUNT" "$BOT_ACCOUNT" "$BUILD_ACCOUNT" "$DEPLOYER" -- iam service-accounts list \
    --format='value(email)'
  if [[ -n "$BUDGET" ]]; then
    account=$(look "$ADVICE" billing projects describe "$PROJECT" --format='value(billingAccountName.basename())')
    find_named budget "$BUDGET_NAME" -- billing budgets list --billing-account="${account:-ACCOUNT}" \
      --filter="displayName=\"$BUDGET_NAME\"" --format='value(name,displayName)'
  fi
  if [[ -z "$KEEP_BUCKET" ]]; then
    find_named bucket "$BUCKET" -- storage buckets list --filter="name=$BUCKET" --format='value(name)'
  fi
}

# find_named KIND NAMES... -- WORDS...: what gcloud finds that has one of the names, or in a dry run the names that there may be.
# A line of gcloud's is a name, or what something is deleted by, a tab and its name. Names are compared here, whole: gcloud's
# filters take capital letters for small ones, and some a part for the whole.
find_named() {
  local kind=$1 expected="" found id
  shift
  while [[ "$1" != -- ]]; do
    expected+=$1$'\n'
    shift
  done
  shift
  found=$(look "$ADVICE" "$@")
  if dry; then found=${expected%$'\n'}; fi
  while IFS= read -r id; do
    if [[ -n "$id" ]] && has_line "$expected" "${id#*$'\t'}"; then
      printf '%s %s\n' "$kind" "${id%%$'\t'*}"
    fi
  done <<<"$found"
}

secret_names() {
  local variable
  for variable in $PAGE_SECRETS $BOT_SECRETS; do
    secret_name "$variable"
    printf ' '
  done
}

delete() {
  local advice="You need the role Owner, or the admin's of that service."
  case "$1" in
    function) cloud "$advice" functions delete "$2" --region="$REGION" ;;
    uptime-check) cloud "$advice" monitoring uptime delete "$2" ;;
    metric) cloud "$advice" logging metrics delete "$2" ;;
    secret) cloud "$advice" secrets delete "$2" ;;
    identity-pool) cloud "$advice" iam workload-identity-pools delete "$2" --location=global ;;
    account) cloud "$advice" iam service-accounts delete "$2" ;;
    budget) cloud "$advice" billing budgets delete "$2" ;;
    bucket) cloud "$advice" storage rm "gs://$2" --recursive ;;
  esac
}

KEEP_BUCKET=""
case "${1:-}" in
  "") ;;
  --keep-bucket) KEEP_BUCKET=1 ;;
  *) fail "$1 is not known: see infra/destroy.sh --help" ;;
esac
load_settings
require_gcloud
THERE=$(inventory)
if [[ -z "$THERE" ]]; then
  say "destroy: nothing of Kamerton is in $PROJECT"
  exit 0
fi
say "This is deleted from the project $PROJECT:"
say "$THERE"
if ! dry; then
  printf 'Write the name of the project to delete it: '
  read -r answer || answer=""
  [[ "$answer" == "$PROJECT" ]] || fail "that was not $PROJECT: nothing was deleted"
fi
while read -r kind name <&3; do
  delete "$kind" "$name"
done 3<<<"$THERE"
dry || say "destroy: done. If there was a bot, Telegram was not told: infra/webhook.sh --delete is to be run before, or @BotFather asked"
