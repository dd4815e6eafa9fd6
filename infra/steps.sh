# shellcheck shell=bash disable=SC2034
# What the scripts beside this file share: settings, and steps that are shown, run, and explained when they fail.
# Sourced, not run, which is why some variables look unused.

set -euo pipefail
# What fails within $(...) stops the script too; bash knows how since 4.4.
shopt -s inherit_errexit 2>/dev/null || {
  echo "this needs bash 4.4 or newer, and this one is $BASH_VERSION: on macOS, brew install bash" >&2
  exit 1
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# The secrets by the names of their environment variables. The last one is made by bootstrap.sh, and nobody has to know it.
PAGE_SECRETS="SPOTIFY_CLIENT_ID SPOTIFY_CLIENT_SECRET YOUTUBE_API_KEY"
BOT_SECRETS="TELEGRAM_TOKEN TELEGRAM_SECRET"

# The folders of the bucket that each function writes to; all else it can only read.
PAGE_FOLDERS="cache quota taste secrets"
BOT_FOLDERS="cache quota updates languages taste secrets"

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# The comment at the top of the script is its help.
help_if_asked() {
  case "${1:-}" in
    -h | --help)
      sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
  esac
}

# nothing_more ARGUMENTS...: for a script that takes none.
nothing_more() {
  (($# == 0)) || fail "$1 is not known: see infra/$(basename "$0") --help"
}

dry() { [[ "${DRY_RUN:-0}" != 0 ]]; }

shown() {
  local part words=""
  for part in "$@"; do
    # Quoted only where a shell would need it.
    if [[ "$part" =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]]; then words+=" $part"; else words+=" '${part//\'/\'\\\'\'}'"; fi
  done
  printf '+%s\n' "$words"
}

# step ADVICE COMMAND...: show the command and run it. When it fails, stop, and say what to do.
step() {
  local advice=$1
  shift
  shown "$@"
  dry && return 0
  "$@" || fail "that step failed. $advice Then run the same command again: what is done already stays as it is."
}

# cloud ADVICE WORDS...: a step of gcloud in the project.
cloud() {
  local advice=$1
  shift
  step "$advice" gcloud "$@" --project="$PROJECT" --quiet
}

# look ADVICE WORDS...: what gcloud says, without changing anything. A dry run takes it that nothing is there yet.
look() {
  local advice=$1
  shift
  if dry; then
    shown gcloud "$@" --project="$PROJECT" --quiet >&2
    return 0
  fi
  gcloud "$@" --project="$PROJECT" --quiet || fail "the project could not be looked at. $advice"
}

has_line() { grep -qxF -- "$2" <<<"$1"; }

load_settings() {
  local file=${SETTINGS:-$ROOT/infra/settings.env}
  [[ -f "$file" ]] || fail "there is no $file: copy infra/settings.env.example to it, and fill in PROJECT"
  # shellcheck source=infra/settings.env.example
  source "$ROOT/infra/settings.env.example"
  # shellcheck source=/dev/null
  source "$file"
  check_setting PROJECT "$PROJECT" '[a-z][a-z0-9-]{4,28}[a-z0-9]' "a project's id, as \`gcloud projects list\` shows it"
  check_setting NAME "$NAME" '[a-z][a-z0-9-]{1,20}[a-z0-9]' "3 to 22 small letters, digits and hyphens"
  check_setting REGION "$REGION" '[a-z]+-[a-z]+[0-9]+' "a region such as europe-west1"
  BUCKET=${BUCKET:-$PROJECT-kamerton}
  check_setting BUCKET "$BUCKET" '[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]' "a bucket's name, without gs://"
  check_setting PUBLIC_URL "${PUBLIC_URL:-https://a}" "https://[A-Za-z0-9.:/-]+" "an address such as https://kamerton.example"
  check_setting MEMORY "${MEMORY:-1Gi}" '[0-9]+(Mi|Gi)' "an amount such as 512Mi, or empty"
  check_setting TIMEOUT "$TIMEOUT" '[0-9]+s' "seconds, such as 30s"
  check_setting BUDGET "${BUDGET:-1}" '[0-9]+(\.[0-9]+)?([A-Z]{3})?' "an amount such as 5 or 5EUR, or empty"
  check_setting UPTIME_MINUTES "${UPTIME_MINUTES:-1}" '1|5|10|15' "1, 5, 10, 15 or empty"
  check_setting WORLD "$WORLD" '[01]' "1 or 0"
  check_setting RUNTIME "$RUNTIME" 'python3[0-9]+' "a Python of Cloud Functions, such as python311"
  check_setting CPU "$CPU" '[0-9.]+' "a number of CPUs"
  local name
  check_setting YOUTUBE_DAILY_SEARCHES "$YOUTUBE_DAILY_SEARCHES" '[0-9]{1,5}' "a whole number up to 99999"
  for name in CONCURRENCY THREADS MIN_INSTANCES MAX_INSTANCES BOT_MAX_INSTANCES KEEP_RELEASES CACHE_DAYS SLOW_MILLISECONDS; do
    check_setting "$name" "${!name}" '[0-9]+' "a whole number"
  done
  BOT_NAME=$NAME-bot
  PAGE_ACCOUNT=$(account_email "$NAME-http")
  BOT_ACCOUNT=$(account_email "$NAME-bot")
  BUILD_ACCOUNT=$(account_email "$NAME-build")
  DEPLOYER=$(account_email "$NAME-deploy")
  # Budgets are of the billing account, which may pay for other projects that have one of the same name.
  BUDGET_NAME="$NAME $PROJECT"
}

check_setting() {
  [[ "$2" =~ ^($3)$ ]] || fail "$1 is '$2' in the settings, but it must be $4"
}

account_email() { printf '%s@%s.iam.gserviceaccount.com' "$1" "$PROJECT"; }

# The name in Secret Manager of a secret that a function reads under the name $1.
secret_name() { printf '%s-%s' "$NAME" "$(tr 'A-Z_' 'a-z-' <<<"$1")"; }

require_gcloud() {
  dry && return 0
  command -v gcloud >/dev/null || fail "gcloud is not installed: https://cloud.google.com/sdk/docs/install"
  local account
  account=$(gcloud auth list --filter=status:ACTIVE --format='value(account)') || fail "gcloud does not run: see above"
  [[ -n "$account" ]] || fail "gcloud does not know who you are: run gcloud auth login"
}

# The state of a function, such as ACTIVE, and what it was deployed from; nothing when there is none.
deployed() {
  look "Run infra/bootstrap.sh first if the project is new." functions list --regions="$REGION" \
    --filter="name~/$1\$" --format="value(state,labels.kamerton_source)"
}

function_url() {
  look "Run infra/deploy.sh first." functions list --regions="$REGION" --filter="name~/$1\$" \
    --format="value(serviceConfig.uri)"
}

existing_secrets() {
  look "Run infra/bootstrap.sh first if the project is new." secrets list --format="value(name.basename())"
}

lines_filter() { printf 'resource.type="cloud_run_revision" AND resource.labels.service_name=("%s" OR "%s")' "$NAME" "$BOT_NAME"; }

errors_filter() { printf '%s AND severity>=ERROR' "$(lines_filter)"; }

slow_filter() { printf '%s AND jsonPayload.message=("request" OR "update") AND jsonPayload.milliseconds>%s' "$(lines_filter)" \
  "$SLOW_MILLISECONDS"; }
