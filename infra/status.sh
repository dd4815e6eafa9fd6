#!/usr/bin/env bash
# Shows what is deployed, which release is in force, the last errors and slow answers, and what keeps the bill down.
#
#   infra/status.sh
#   make cloud-status          the same
#   DRY_RUN=1 infra/status.sh  prints the commands, and runs none
#   infra/status.sh --help

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"
nothing_more "$@"

show() {
  local title=$1
  shift
  say ""
  say "$title"
  cloud "You need the role Viewer in the project." "$@"
}

show_release() {
  local there
  say ""
  say "The release in force"
  there=$(look "Run infra/bootstrap.sh first." storage ls "gs://$BUCKET")
  if dry || has_line "$there" "gs://$BUCKET/current.json"; then
    cloud "You need the role Storage Object Viewer." storage cat "gs://$BUCKET/current.json"
    dry || say ""
  else
    say "none: infra/publish.sh makes one"
  fi
}

show_budget() {
  local account
  if [[ -z "$BUDGET" ]]; then
    say ""
    say "No budget is set: see BUDGET in infra/settings.env"
    return 0
  fi
  account=$(look "" billing projects describe "$PROJECT" --format='value(billingAccountName.basename())')
  show "The budget" billing budgets list --billing-account="${account:-ACCOUNT}" --filter="displayName=\"$BUDGET_NAME\"" \
    --format='table(displayName,amount.specifiedAmount.units,amount.specifiedAmount.currencyCode,thresholdRules[].thresholdPercent)'
}

load_settings
require_gcloud
show "What is deployed, and the most instances of each" functions list --regions="$REGION" --filter="name~/$NAME" \
  --format='table(name.basename(),state,updateTime,serviceConfig.maxInstanceCount,serviceConfig.availableMemory,serviceConfig.uri)'
show_release
show "The last errors, of seven days" logging read "$(errors_filter)" --freshness=7d --limit=10 \
  --format='table(timestamp,resource.labels.service_name,jsonPayload.message)'
show "The last answers slower than $SLOW_MILLISECONDS ms, of seven days" logging read "$(slow_filter)" --freshness=7d --limit=10 \
  --format='table(timestamp,resource.labels.service_name,jsonPayload.route,jsonPayload.kind,jsonPayload.milliseconds,jsonPayload.source)'
show_budget
