#!/usr/bin/env bash
# Makes what the functions stand on: APIs, the bucket, a service account for each function and one for builds, secrets, alerts.
#
#   infra/bootstrap.sh            makes what is missing, and changes what differs from infra/settings.env
#   make cloud-bootstrap          the same
#   DRY_RUN=1 infra/bootstrap.sh  prints the commands for a project where nothing is there yet, and runs none
#   infra/bootstrap.sh --help
#
# Secrets come from SECRETS_FILE or are asked for, and go to Secret Manager through a pipe. One that is there stays as it is: to
# replace it, write the new value to `gcloud secrets versions add NAME --data-file=-`, and deploy again.

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"
nothing_more "$@"

APIS="artifactregistry cloudbuild cloudfunctions iam logging monitoring run secretmanager storage"

make_apis() {
  local enabled api missing=()
  enabled=$(look "Is PROJECT right, and may you see it?" services list --enabled --format='value(config.name)')
  for api in $APIS ${BUDGET:+billingbudgets cloudbilling}; do
    has_line "$enabled" "$api.googleapis.com" || missing+=("$api.googleapis.com")
  done
  if ((${#missing[@]})); then
    cloud "The project needs a billing account, and you the role Service Usage Admin." services enable "${missing[@]}"
  fi
}

make_bucket() {
  local url=gs://$BUCKET there settings wanted
  there=$(look "You need the role Storage Admin." storage buckets list --filter="name=$BUCKET" --format='value(name)')
  [[ -n "$there" ]] || cloud "If the name is taken, choose another BUCKET in the settings." \
    storage buckets create "$url" --location="$REGION" --uniform-bucket-level-access --public-access-prevention
  lifecycle >"$WORK/lifecycle.json"
  wanted=$(cksum <"$WORK/lifecycle.json" | cut -d' ' -f1)
  settings=""
  [[ -z "$there" ]] || settings=$(look "You need the role Storage Admin." storage buckets describe "$url" \
    --format='value(labels.kamerton_settings)')
  # The label says which settings are in force, since they cannot be compared one by one.
  [[ "$settings" == "$wanted" ]] || cloud "You need the role Storage Admin." storage buckets update "$url" \
    --versioning --uniform-bucket-level-access --public-access-prevention \
    --lifecycle-file="$WORK/lifecycle.json" --update-labels="kamerton_settings=$wanted"
}

# Releases are removed by publish.sh, which knows the one in force; what it removes can be had back for a month.
lifecycle() {
  cat <<JSON
{"rule": [
  {"action": {"type": "Delete"}, "condition": {"age": $CACHE_DAYS, "isLive": true, "matchesPrefix": ["cache/"]}},
  {"action": {"type": "Delete"}, "condition": {"age": 3, "isLive": true, "matchesPrefix": ["quota/", "updates/"]}},
  {"action": {"type": "Delete"}, "condition": {"age": 400, "isLive": true, "matchesPrefix": ["taste/"]}},
  {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 1, "matchesPrefix": ["cache/", "quota/", "taste/", "updates/"]}},
  {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 30}},
  {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 1}}
]}
JSON
}

make_accounts() {
  local there name
  there=$(look "You need the role Service Account Admin." iam service-accounts list --format='value(email)')
  for name in "$NAME-http" "$NAME-bot" "$NAME-build"; do
    has_line "$there" "$(account_email "$name")" ||
      cloud "You need the role Service Account Admin." iam service-accounts create "$name" --display-name="Kamerton: $name"
  done
}

# Functions read the whole bucket, and write what they remember into folders of their own; builds may build.
grant_roles() {
  local policy role
  policy=$(bindings storage buckets get-iam-policy "gs://$BUCKET")
  grant_bucket "$policy" "$PAGE_ACCOUNT" "$PAGE_FOLDERS"
  grant_bucket "$policy" "$BOT_ACCOUNT" "$BOT_FOLDERS"
  policy=$(bindings projects get-iam-policy "$PROJECT")
  for role in logging.logWriter artifactregistry.writer storage.objectViewer; do
    grant "$policy" "roles/$role" "$BUILD_ACCOUNT" "" projects add-iam-policy-binding "$PROJECT"
  done
}

grant_bucket() {
  local policy=$1 account=$2 folder condition=""
  for folder in $3; do
    condition+="${condition:+ || }resource.name.startsWith('projects/_/buckets/$BUCKET/objects/$folder/')"
  done
  grant "$policy" roles/storage.objectViewer "$account" "" storage buckets add-iam-policy-binding "gs://$BUCKET"
  # The title names the folders, so that one more is a binding more.
  grant "$policy" roles/storage.objectUser "$account" "expression=$condition,title=${3// /-}" \
    storage buckets add-iam-policy-binding "gs://$BUCKET"
}

# A line "role,member,title of the condition" a binding.
bindings() {
  look "You need the role Security Admin." "$@" --flatten='bindings[].members' \
    --format='csv[no-heading](bindings.role,bindings.members,bindings.condition.title)'
}

# grant POLICY ROLE ACCOUNT CONDITION WORDS...: unless the policy has it.
grant() {
  local policy=$1 role=$2 member=serviceAccount:$3 condition=$4 title
  shift 4
  title=${condition##*title=}
  has_line "$policy" "$role,$member,$title" ||
    cloud "You need the role Security Admin; an account that was made just now may take a minute to be known." \
      "$@" --member="$member" --role="$role" --condition="${condition:-None}"
}

make_secrets() {
  local there variable
  there=$(existing_secrets)
  for variable in $PAGE_SECRETS TELEGRAM_TOKEN; do
    has_line "$there" "$(secret_name "$variable")" || make_secret "$variable" "$(value_of "$variable")"
  done
  if ! has_line "$there" "$(secret_name TELEGRAM_SECRET)"; then
    make_secret TELEGRAM_SECRET "$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
  fi
  grant_secrets
}

# make_secret VARIABLE VALUE: printf is of the shell itself, so that the value is in no list of processes.
make_secret() {
  if [[ -z "$2" ]] && ! dry; then
    say "  $1 is not given: the functions do without it"
    return 0
  fi
  dry || check_secret "$1" "$2"
  printf '%s' "$2" | piped_to_cloud secrets create "$(secret_name "$1")" --replication-policy=automatic --data-file=-
}

# Neither a quote nor a space is in any of them. What is wrong is not shown.
check_secret() {
  [[ "$2" =~ ^[A-Za-z0-9_:.-]+$ ]] ||
    fail "$1 has not the form of a secret: letters, digits, hyphens and the like, with nothing around them, no quotes either"
}

piped_to_cloud() {
  cloud "You need the role Secret Manager Admin." "$@"
  # In a dry run nobody reads what comes through the pipe, and who writes to nobody is killed.
  if dry; then cat >/dev/null; fi
}

# From SECRETS_FILE, else from who sits at the terminal, who sees nothing of what he types.
value_of() {
  local value=""
  if dry; then
    return 0
  elif [[ -n "$SECRETS_FILE" ]]; then
    value=$(sed -n "s/^$1=//p" "$SECRETS_FILE" | tail -n 1 | tr -d '\r')
  elif [[ -t 0 ]]; then
    read -rsp "$1 (Enter leaves it out): " value
    printf '\n' >&2
  fi
  printf '%s' "$value"
}

check_secrets_file() {
  [[ -n "$SECRETS_FILE" ]] || return 0
  [[ -r "$SECRETS_FILE" ]] || fail "SECRETS_FILE is $SECRETS_FILE, which cannot be read"
  local mode
  # Of the mode's nine letters the last six are those of others. `find -perm` has another language on every system.
  # shellcheck disable=SC2012
  mode=$(ls -ldL "$SECRETS_FILE" | cut -c5-10)
  [[ "$mode" == ------ ]] || fail "others can read $SECRETS_FILE: chmod 600 it first"
  local variable value
  for variable in $PAGE_SECRETS TELEGRAM_TOKEN; do
    value=$(value_of "$variable")
    [[ -z "$value" ]] || check_secret "$variable" "$value"
  done
}

# Each function reads the secrets that it uses, and no other.
grant_secrets() {
  local there variable
  there=$(existing_secrets)
  check_pair "$there" SPOTIFY_CLIENT_ID SPOTIFY_CLIENT_SECRET
  for variable in $PAGE_SECRETS $BOT_SECRETS; do
    if dry || has_line "$there" "$(secret_name "$variable")"; then
      grant_secret "$variable"
    fi
  done
}

# A function with one of the two would not start.
check_pair() {
  local first second
  first=$(secret_name "$2") second=$(secret_name "$3")
  if has_line "$1" "$first"; then
    has_line "$1" "$second" || fail "$2 is given, and $3 is not: run this again with both, or gcloud secrets delete $first"
  elif has_line "$1" "$second"; then
    fail "$3 is given, and $2 is not: run this again with both, or gcloud secrets delete $second"
  fi
}

grant_secret() {
  local policy secret
  secret=$(secret_name "$1")
  policy=$(bindings secrets get-iam-policy "$secret")
  case " $BOT_SECRETS " in
    *" $1 "*) ;;
    *) grant "$policy" roles/secretmanager.secretAccessor "$PAGE_ACCOUNT" "" secrets add-iam-policy-binding "$secret" ;;
  esac
  grant "$policy" roles/secretmanager.secretAccessor "$BOT_ACCOUNT" "" secrets add-iam-policy-binding "$secret"
}

make_budget() {
  [[ -n "$BUDGET" ]] || return 0
  local advice="Leave BUDGET empty if the billing account is not yours." account there name units nanos
  account=$(look "$advice" billing projects describe "$PROJECT" --format='value(billingAccountName.basename())')
  [[ -n "$account" ]] || dry || fail "the project has no billing account: link one at https://console.cloud.google.com/billing"
  there=$(look "$advice" billing budgets list --billing-account="${account:-ACCOUNT}" \
    --filter="displayName=\"$BUDGET_NAME\"" --format='value(name,amount.specifiedAmount.units,amount.specifiedAmount.nanos)')
  IFS=$'\t' read -r name units nanos <<<"$there" || true
  if [[ -z "$name" ]]; then
    cloud "$advice" billing budgets create --billing-account="${account:-ACCOUNT}" --display-name="$BUDGET_NAME" \
      --budget-amount="$BUDGET" --filter-projects="projects/$PROJECT" \
      --threshold-rule=percent=0.5 --threshold-rule=percent=0.9 --threshold-rule=percent=1.0,basis=forecasted-spend
  elif [[ "${units:-0} ${nanos:-0}" != "$(units_and_nanos "$BUDGET")" ]]; then
    cloud "$advice" billing budgets update "$name" --budget-amount="$BUDGET"
  fi
}

# An amount such as 5.5EUR as Google writes money, in whole units and 10^-9 of one. The currency is always the billing account's.
units_and_nanos() {
  local amount=${1%%[A-Z]*} fraction=""
  [[ "$amount" != *.* ]] || fraction=${amount#*.}
  fraction=${fraction}000000000
  printf '%d %d' "$((10#${amount%.*}))" "$((10#${fraction:0:9}))"
}

# Counters of errors and of slow answers, to draw and to alert by: https://cloud.google.com/logging/docs/logs-based-metrics
make_metrics() {
  make_metric "$NAME-errors" "Lines of the functions that are errors" "$(errors_filter)"
  make_metric "$NAME-slow" "Answers that took more than $SLOW_MILLISECONDS ms" "$(slow_filter)"
}

make_metric() {
  local there
  there=$(look "You need the role Logs Configuration Writer." logging metrics list --filter="name=$1" --format='value(filter)')
  if [[ -z "$there" ]]; then
    cloud "You need the role Logs Configuration Writer." logging metrics create "$1" --description="$2" --log-filter="$3"
  elif [[ "$there" != "$3" ]]; then
    cloud "You need the role Logs Configuration Writer." logging metrics update "$1" --description="$2" --log-filter="$3"
  fi
}

load_settings
check_secrets_file
require_gcloud
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
make_apis
make_bucket
make_accounts
grant_roles
make_secrets
make_budget
make_metrics
dry || say "bootstrap: all is there in $PROJECT"
