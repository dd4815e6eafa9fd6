#!/usr/bin/env bash
# Lets the GitHub workflow deploy.yml of one repository deploy the functions, without any key: by workload identity federation.
#
#   infra/identity.sh OWNER/REPOSITORY            after bootstrap.sh; ends with the variables that the repository needs
#   DRY_RUN=1 infra/identity.sh OWNER/REPOSITORY  prints the commands for a project where nothing is there yet, and runs none
#   infra/identity.sh --help
#
# Only the branch main of that repository is let in. What it gets suffices to deploy again what is deployed: it cannot publish, and
# has no role to read a secret's value; but who deploys decides what runs, and what runs as the functions' accounts reads theirs.
# https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines

source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
help_if_asked "$@"

ADVICE="You need the roles IAM Workload Identity Pool Admin, Service Account Admin and Security Admin."
ROLES="cloudfunctions.developer run.admin secretmanager.viewer monitoring.uptimeCheckConfigEditor serviceusage.serviceUsageConsumer"

make_pool() {
  local there condition
  there=$(look "$ADVICE" iam workload-identity-pools list --location=global --format='value(name.basename())')
  has_line "$there" "$NAME" ||
    cloud "$ADVICE" iam workload-identity-pools create "$NAME" --location=global --display-name="Kamerton: GitHub"
  there=""
  dry || there=$(look "$ADVICE" iam workload-identity-pools providers list --workload-identity-pool="$NAME" --location=global \
    --format='value(name.basename(),attributeCondition)')
  condition="assertion.repository == '$REPOSITORY' && assertion.ref == 'refs/heads/main'"
  if ! grep -q $'^github\t' <<<"$there"; then
    cloud "$ADVICE" iam workload-identity-pools providers create-oidc github --workload-identity-pool="$NAME" --location=global \
      --issuer-uri=https://token.actions.githubusercontent.com \
      --attribute-mapping=google.subject=assertion.sub,attribute.repository=assertion.repository \
      --attribute-condition="$condition"
  elif ! has_line "$there" $'github\t'"$condition"; then
    cloud "$ADVICE" iam workload-identity-pools providers update-oidc github --workload-identity-pool="$NAME" --location=global \
      --attribute-condition="$condition"
  fi
}

make_deployer() {
  local there role account
  there=$(look "$ADVICE" iam service-accounts list --format='value(email)')
  has_line "$there" "$DEPLOYER" ||
    cloud "$ADVICE" iam service-accounts create "$NAME-deploy" --display-name="Kamerton: $NAME-deploy"
  for role in $ROLES; do
    cloud "$ADVICE" projects add-iam-policy-binding "$PROJECT" --member="serviceAccount:$DEPLOYER" --role="roles/$role" \
      --condition=None
  done
  cloud "$ADVICE" storage buckets add-iam-policy-binding "gs://$BUCKET" --member="serviceAccount:$DEPLOYER" \
    --role=roles/storage.objectViewer --condition=None
  for account in "$PAGE_ACCOUNT" "$BOT_ACCOUNT" "$BUILD_ACCOUNT"; do
    cloud "$ADVICE" iam service-accounts add-iam-policy-binding "$account" --member="serviceAccount:$DEPLOYER" \
      --role=roles/iam.serviceAccountUser --condition=None
  done
  cloud "$ADVICE" iam service-accounts add-iam-policy-binding "$DEPLOYER" --role=roles/iam.workloadIdentityUser --condition=None \
    --member="principalSet://iam.googleapis.com/$POOL/attribute.repository/$REPOSITORY"
}

REPOSITORY=${1:-}
[[ "$REPOSITORY" =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] || fail "name the repository, as OWNER/REPOSITORY: see infra/identity.sh --help"
load_settings
require_gcloud
NUMBER=$(look "Is PROJECT right?" projects describe "$PROJECT" --format='value(projectNumber)')
POOL=projects/${NUMBER:-NUMBER}/locations/global/workloadIdentityPools/$NAME
cloud "$ADVICE" services enable iamcredentials.googleapis.com sts.googleapis.com
make_pool
make_deployer
say ""
say "Give the repository these variables (Settings, Secrets and variables, Actions, Variables); none of them is a secret:"
say "  WORKLOAD_IDENTITY_PROVIDER=$POOL/providers/github"
say "  SERVICE_ACCOUNT=$DEPLOYER"
say "  KAMERTON_SETTINGS=the lines of infra/settings.env"
