#!/usr/bin/env bash
# Deploys the functions, if their source, settings or secrets are not those that are deployed already.
#
#   infra/deploy.sh [http|telegram|all] [--force]   default: all, the bot only if there is a token for it; --force deploys anyway
#   make cloud-functions                            the same
#   DRY_RUN=1 infra/deploy.sh                       prints the commands for a project where nothing is there yet, and runs none
#   infra/deploy.sh --help
#
# What is uploaded is functions/, as its .gcloudignore lets it through, with requirements.lock as requirements.txt: pip then takes
# nothing whose hash is not in it.

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"

ADVICE="Its build's log is at https://console.cloud.google.com/cloud-build/builds."

deploy_page() {
  local secrets
  secrets=$(references "$PAGE_SECRETS")
  deploy "$NAME" http_api "$PAGE_ACCOUNT" "$MAX_INSTANCES" "$secrets" "$PUBLIC_URL"
  make_uptime_check
}

deploy_bot() {
  local url=$PUBLIC_URL secrets
  [[ -n "$url" ]] || url=$(function_url "$NAME")
  [[ -n "$url" ]] || dry || fail "the bot sends people to the page, which is not deployed: run infra/deploy.sh http first"
  secrets=$(references "$PAGE_SECRETS $BOT_SECRETS")
  deploy "$BOT_NAME" telegram_webhook "$BOT_ACCOUNT" "$BOT_MAX_INSTANCES" "$secrets" "${url:-https://ADDRESS_OF_THE_PAGE}"
}

# deploy FUNCTION ENTRY_POINT ACCOUNT MAX_INSTANCES SECRETS PUBLIC_URL
deploy() {
  local name=$1 entry_point=$2 account=$3 max_instances=$4 secrets=$5 variables wanted state
  variables=KAMERTON_BUCKET=gs://$BUCKET,GOOGLE_CLOUD_PROJECT=$PROJECT,KAMERTON_WORLD=$WORLD,THREADS=$THREADS
  variables+=,YOUTUBE_DAILY_SEARCHES=$YOUTUBE_DAILY_SEARCHES
  variables+=${6:+,KAMERTON_PUBLIC_URL=$6}
  FLAGS=(
    --gen2 --region="$REGION" --runtime="$RUNTIME" --entry-point="$entry_point" --trigger-http --allow-unauthenticated
    --cpu="$CPU" --memory="$(memory)" --concurrency="$CONCURRENCY" --timeout="$TIMEOUT"
    --min-instances="$MIN_INSTANCES" --max-instances="$max_instances"
    --service-account="$account" --build-service-account="projects/$PROJECT/serviceAccounts/$BUILD_ACCOUNT"
    --set-env-vars="$variables" --serve-all-traffic-latest-revision
  )
  if [[ -n "$secrets" ]]; then FLAGS+=(--set-secrets="$secrets"); else FLAGS+=(--clear-secrets); fi
  # The label tells, the next time, what this was made of.
  wanted=$(printf '%s\n' "$SOURCE_DIGEST" "${FLAGS[@]}" | python3 -c \
    'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:40])')
  state=$(deployed "$name")
  if [[ "$state" == "ACTIVE"$'\t'"$wanted" && -z "$FORCE" ]]; then
    say "deploy: $name is deployed as it should be"
    tell_if_rolled_back "$name"
  else
    cloud "$ADVICE" functions deploy "$name" "${FLAGS[@]}" --source="$SOURCE" --update-labels="kamerton_source=$wanted"
  fi
  boost "$name"
}

# The newest version of each secret that is there, by its number: a new value is then a new revision, and can be rolled back.
references() {
  local there variable secret version found=()
  there=$(existing_secrets)
  for variable in $1; do
    secret=$(secret_name "$variable")
    has_line "$there" "$secret" || continue
    version=$(look "You need the role Secret Manager Viewer." secrets versions list "$secret" --filter=state:ENABLED \
      --sort-by=~createTime --limit=1 --format='value(name.basename())')
    [[ -n "$version" ]] || fail "the secret $secret has no enabled version: gcloud secrets versions add $secret --data-file=-"
    found+=("$variable=$secret:$version")
  done
  (IFS=,; printf '%s' "${found[*]-}")
}

# Two releases fit while one takes the place of the other.
memory() {
  if [[ -n "$MEMORY" ]]; then
    printf '%s' "$MEMORY"
  elif (("$N_GENRES" > 20)); then
    printf 1Gi
  else
    printf 512Mi
  fi
}

count_genres() {
  local there pointer release manifest
  there=$(look "Run infra/bootstrap.sh first." storage ls "gs://$BUCKET")
  if ! has_line "$there" "gs://$BUCKET/current.json"; then
    N_GENRES=0
    dry || say "deploy: no release is in gs://$BUCKET yet, and nothing is answered before infra/publish.sh has been run"
    return 0
  fi
  pointer=$(look "You need the role Storage Object Viewer." storage cat "gs://$BUCKET/current.json")
  release=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["release"])' <<<"$pointer")
  manifest=$(look "You need the role Storage Object Viewer." storage cat "gs://$BUCKET/releases/$release/manifest.json")
  N_GENRES=$(python3 -c 'import json, sys; print(len(json.load(sys.stdin)["genres"]))' <<<"$manifest")
}

tell_if_rolled_back() {
  local traffic
  traffic=$(look "" run services describe "$1" --region="$REGION" --format='value(status.traffic[0].latestRevision)')
  [[ "$traffic" == True ]] || say "deploy: but $1 was rolled back to an earlier revision; infra/rollback.sh" \
    "$([[ "$1" == "$NAME" ]] && printf http || printf telegram) latest, or --force here, puts the newest in force"
}

# `functions deploy` has no flag for it: https://cloud.google.com/run/docs/configuring/services/cpu#startup-boost
boost() {
  local boosted
  boosted=$(look "" run services describe "$1" --region="$REGION" \
    --format='value(spec.template.metadata.annotations["run.googleapis.com/startup-cpu-boost"])')
  [[ "$boosted" == true ]] || cloud "You need the role Cloud Run Admin." run services update "$1" --region="$REGION" --cpu-boost
}

make_uptime_check() {
  [[ -n "$UPTIME_MINUTES" ]] || return 0
  local there check period host
  there=$(look "You need the role Monitoring Editor." monitoring uptime list-configs --filter="displayName=$NAME" \
    --format='value(name.basename(),period)')
  IFS=$'\t' read -r check period <<<"$there" || true
  if [[ -n "$check" ]]; then
    [[ "$period" == "$((UPTIME_MINUTES * 60))s" ]] || cloud "You need the role Monitoring Editor." \
      monitoring uptime update "$check" --period="$UPTIME_MINUTES"
    return 0
  fi
  host=$(function_url "$NAME")
  host=${host#https://}
  cloud "You need the role Monitoring Editor; UPTIME_MINUTES may be empty." monitoring uptime create "$NAME" \
    --resource-type=uptime-url --resource-labels="host=${host:-HOST},project_id=$PROJECT" --protocol=https --path=/health \
    --validate-ssl=true --period="$UPTIME_MINUTES" --timeout=30 --regions=europe,usa-oregon,asia-pacific
}

WHAT=all FORCE=""
for argument in "$@"; do
  case "$argument" in
    http | telegram | all) WHAT=$argument ;;
    --force) FORCE=1 ;;
    *) fail "$argument is not known: see infra/deploy.sh --help" ;;
  esac
done

load_settings
require_gcloud
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
SOURCE=$WORK/functions
SOURCE_DIGEST=$(python3 -m infra.source "$SOURCE")
count_genres
[[ "$WHAT" == telegram ]] || deploy_page
if [[ "$WHAT" != http ]]; then
  secrets=$(existing_secrets)
  if dry || has_line "$secrets" "$(secret_name TELEGRAM_TOKEN)"; then
    deploy_bot
  elif [[ "$WHAT" == telegram ]]; then
    fail "there is no bot's token: get one from @BotFather, and give it to infra/bootstrap.sh as TELEGRAM_TOKEN"
  else
    say "deploy: no TELEGRAM_TOKEN was given, so no bot"
  fi
fi
