"""The scripts in a project where nothing is there yet, half of it, or all of it, and where a step fails."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.infra.clouds import SECRETS, WORD, Project

FAILING = [
    ("curl setWebhook", ["webhook"]),
    ("curl", ["webhook"]),
    ("secrets versions access", ["webhook"]),
    ("functions deploy", ["deploy", "--force"]),
]
WEBHOOK_CALLS = ["setWebhook", "setMyCommands", "setMyDescription", "getWebhookInfo"]


def new_project(folder: Path, secrets: dict[str, str] | None = None) -> Project:
    project = Project(folder)
    project.give_secrets(SECRETS if secrets is None else secrets)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path / "project")


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """All is there: the steps of `make cloud-deploy`, once."""
    project = new_project(tmp_path_factory.mktemp("complete") / "project")
    project.done("bootstrap")
    project.give_release(genres=6)
    shutil.copyfile(project.folder / "state.json", project.folder / "bootstrapped.json")
    for script in ("publish", "deploy", "webhook"):
        project.done(script)
    return project


@pytest.fixture
def deployed(complete: Project, tmp_path: Path) -> Project:
    """A copy of the complete project, in which nothing was called yet."""
    project = new_project(tmp_path / "project")
    for name in ("state.json", "webhook.json"):
        shutil.copyfile(complete.folder / name, project.folder / name)
    return project


def test_bootstrap_makes_all_that_the_functions_stand_on(complete: Project) -> None:
    state = complete.state
    assert {"cloudfunctions.googleapis.com", "run.googleapis.com", "secretmanager.googleapis.com"} <= set(state["apis"])
    assert list(state["buckets"]) == ["tuning-fork-1-kamerton"]
    assert [email.partition("@")[0] for email in state["accounts"]] == ["kamerton-http", "kamerton-bot", "kamerton-build"]
    assert state["secrets"]["kamerton-telegram-token"] == [SECRETS["TELEGRAM_TOKEN"]]
    assert len(state["secrets"]["kamerton-telegram-secret"][0]) == 64
    assert (state["budgets"], state["uptime"]) == ({"kamerton tuning-fork-1": "5"}, {"kamerton": "900s"})
    assert set(state["metrics"]) == {"kamerton-errors", "kamerton-slow"}


def test_the_bucket_is_private_versioned_and_forgets_what_is_old(complete: Project) -> None:
    (created,) = [call["arguments"] for call in complete.calls if call["arguments"][:3] == ["storage", "buckets", "create"]]
    assert {"--uniform-bucket-level-access", "--public-access-prevention", "--location=europe-west1"} <= set(created)
    (updated,) = [call["arguments"] for call in complete.calls if call["arguments"][:3] == ["storage", "buckets", "update"]]
    assert "--versioning" in updated


def test_each_function_may_do_no_more_than_it_has_to(complete: Project) -> None:
    roles: dict[str, set[tuple[str, ...]]] = {}
    for resource, bindings in complete.state["bindings"].items():
        for role, member, title in bindings:
            name = member.removeprefix("serviceAccount:").partition("@")[0]
            roles.setdefault(name, set()).add((resource, role.removeprefix("roles/"), title))
    bucket = "gs://tuning-fork-1-kamerton"
    page = {(f"kamerton-{name}", "secretmanager.secretAccessor", "") for name in ("spotify-client-id", "spotify-client-secret")}
    page.add(("kamerton-youtube-api-key", "secretmanager.secretAccessor", ""))
    bot = page | {(f"kamerton-telegram-{name}", "secretmanager.secretAccessor", "") for name in ("token", "secret")}
    assert roles["kamerton-http"] == page | {
        (bucket, "storage.objectViewer", ""),
        (bucket, "storage.objectUser", "cache-quota-taste-secrets"),
    }
    assert roles["kamerton-bot"] == bot | {
        (bucket, "storage.objectViewer", ""),
        (bucket, "storage.objectUser", "cache-quota-updates-languages-taste-secrets"),
    }
    building = ("logging.logWriter", "artifactregistry.writer", "storage.objectViewer")
    assert roles["kamerton-build"] == {("tuning-fork-1", role, "") for role in building}


def test_writing_is_confined_to_folders(complete: Project) -> None:
    granted = [call["arguments"] for call in complete.calls if "--role=roles/storage.objectUser" in call["arguments"]]
    conditions = [flag for command in granted for flag in command if flag.startswith("--condition=")]
    folder = "resource.name.startsWith('projects/_/buckets/tuning-fork-1-kamerton/objects/"
    assert conditions[0] == (
        f"--condition=expression={folder}cache/') || {folder}quota/') || {folder}taste/') || {folder}secrets/')"
        ",title=cache-quota-taste-secrets"
    )


def test_both_functions_are_deployed_of_one_source(complete: Project) -> None:
    page, bot = (complete.state["functions"][name] for name in ("kamerton", "kamerton-bot"))
    assert (page["flags"]["entry-point"], bot["flags"]["entry-point"]) == ("http_api", "telegram_webhook")
    assert page["source"] == bot["source"]
    assert "main.py" in page["source"]
    assert not any(name.endswith((".lock", ".pyc", ".gcloudignore")) for name in page["source"])
    assert "--hash=sha256:" in page["requirements"]
    given = {
        name: page["flags"][name] for name in ("cpu", "memory", "concurrency", "timeout", "max-instances", "min-instances")
    }
    assert given == {
        "cpu": "1", "memory": "512Mi", "concurrency": "8", "timeout": "30s", "max-instances": "3", "min-instances": "0"
    }  # fmt: skip
    assert page["flags"]["set-env-vars"].split(",") == [
        "KAMERTON_BUCKET=gs://tuning-fork-1-kamerton", "GOOGLE_CLOUD_PROJECT=tuning-fork-1", "KAMERTON_WORLD=1", "THREADS=8",
        "YOUTUBE_DAILY_SEARCHES=100",
    ]  # fmt: skip
    assert f"KAMERTON_PUBLIC_URL={page['uri']}" in bot["flags"]["set-env-vars"]
    assert "TELEGRAM_TOKEN=kamerton-telegram-token:1" in bot["flags"]["set-secrets"]
    assert "TELEGRAM" not in page["flags"]["set-secrets"]
    assert sorted(complete.state["boosted"]) == ["kamerton", "kamerton-bot"]


def test_telegram_is_told_where_the_bot_is_and_what_it_says(complete: Project) -> None:
    asked = {call["method"]: call["payload"] for call in complete.calls if call["program"] == "curl"}
    assert list(asked) == WEBHOOK_CALLS
    assert asked["setWebhook"] == {
        "url": complete.state["functions"]["kamerton-bot"]["uri"],
        "secret_token": complete.state["secrets"]["kamerton-telegram-secret"][0],
        "allowed_updates": ["message", "callback_query", "inline_query", "chosen_inline_result"],
        "max_connections": 16,
    }
    assert asked["setMyCommands"]["commands"][0]["description"] == 'Say "hello" \\ go'
    assert asked["setMyDescription"] == {"description": "Даёт музыку, 'похожую'\nна вашу", "language_code": "ru"}


def test_the_second_time_nothing_is_changed(deployed: Project) -> None:
    before = deployed.state
    for script in ("bootstrap", "publish", "deploy", "webhook"):
        deployed.done(script)
    assert deployed.changes == []
    assert deployed.state == before


@pytest.mark.parametrize(
    "step",
    [
        "storage buckets update",
        "iam service-accounts create kamerton-bot",
        "secrets create kamerton-youtube-api-key",
        "secrets add-iam-policy-binding",
        "logging metrics create kamerton-slow",
    ],
)
def test_a_bootstrap_that_failed_half_way_says_what_to_do_and_goes_on(project: Project, complete: Project, step: str) -> None:
    project.fail(step)
    last = project.failed("bootstrap")
    assert "You need the role" in last or "BUCKET" in last or "BUDGET" in last or "billing account" in last
    assert "Then run the same command again" in last
    project.fail(None)
    project.done("bootstrap")
    made = ("apis", "buckets", "accounts", "bindings", "budgets", "metrics")
    assert sorted(project.state["secrets"]) == sorted(complete.state["secrets"])
    assert [project.state[name] for name in made] == [complete.state[name] for name in made]


@pytest.mark.parametrize(
    "step",
    ["functions deploy kamerton-bot", "run services update kamerton ", "monitoring uptime create", "secrets versions list"],
)
def test_a_deployment_that_failed_half_way_goes_on(project: Project, complete: Project, step: str) -> None:
    shutil.copyfile(complete.folder / "bootstrapped.json", project.folder / "state.json")
    project.fail(step)
    assert project.failed("deploy")
    project.fail(None)
    project.done("deploy")
    assert set(project.state["functions"]) == {"kamerton", "kamerton-bot"}
    labels = [{name: f["label"] for name, f in each.state["functions"].items()} for each in (project, complete)]
    assert labels[0] == labels[1]


@pytest.mark.parametrize("script", ["deploy", "webhook", "smoke"])
def test_before_bootstrap_the_other_steps_say_so(project: Project, script: str) -> None:
    assert "infra/bootstrap.sh" in project.failed(script) or script == "smoke"
    assert project.changes == []


def test_secrets_are_in_no_output_process_or_file(project: Project) -> None:
    said = project.done("bootstrap")
    made = project.state["secrets"]["kamerton-telegram-secret"][0]
    for script in ("deploy", "webhook", "status"):
        said += project.done(script)
    for failing, script in FAILING:
        project.fail(failing)
        said += "".join((ended := project.run(*script)).stdout + ended.stderr)
        assert ended.returncode == 1
    assert "Unauthorized ... ..." in said
    for secret in (*SECRETS.values(), WORD, made):
        assert secret not in said
        assert not any(secret in part for process in project.processes for part in process)
    assert {call["program"] for call in project.calls} == {"gcloud", "curl"}
    assert [call["leaks"] for call in project.calls if call.get("leaks")] == []
    assert list((project.folder / "tmp").iterdir()) == []


def test_a_file_of_secrets_that_others_can_read_is_refused(project: Project) -> None:
    project.give_secrets(SECRETS, mode=0o640)
    assert "chmod 600" in project.failed("bootstrap")
    project.settings["SECRETS_FILE"] = "nowhere"
    assert "cannot be read" in project.failed("bootstrap")
    assert project.calls == []


def test_a_secret_with_quotes_is_refused_and_not_shown(project: Project) -> None:
    project.give_secrets(SECRETS | {"YOUTUBE_API_KEY": f'"{SECRETS["YOUTUBE_API_KEY"]}"'})
    last = project.failed("bootstrap")
    assert "YOUTUBE_API_KEY has not the form" in last
    assert WORD not in last
    assert project.calls == []


def test_a_dry_run_of_0_is_none(project: Project) -> None:
    project.done("bootstrap", DRY_RUN="0")
    assert project.changes


def test_half_an_app_at_spotify_is_refused(tmp_path: Path) -> None:
    project = new_project(tmp_path / "project", {"SPOTIFY_CLIENT_SECRET": SECRETS["SPOTIFY_CLIENT_SECRET"]})
    assert "SPOTIFY_CLIENT_ID is not" in project.failed("bootstrap")
    project.give_secrets(SECRETS)
    project.done("bootstrap")


def test_without_secrets_the_page_is_deployed_and_no_bot(tmp_path: Path) -> None:
    project = new_project(tmp_path / "project", {})
    project.done("bootstrap")
    project.give_release(genres=6)
    assert "so no bot" in project.done("deploy")
    assert list(project.state["functions"]) == ["kamerton"]
    assert "clear-secrets" in project.state["functions"]["kamerton"]["flags"]
    assert "@BotFather" in project.failed("deploy", "telegram")
    assert "there is no bot" in project.done("webhook")


def test_a_new_secret_is_a_new_revision(deployed: Project) -> None:
    secrets: dict[str, Any] = deployed.state["secrets"]
    secrets["kamerton-youtube-api-key"].append("another")
    deployed.set_state(secrets=secrets)
    deployed.done("deploy", "http")
    assert deployed.changes == ["functions deploy kamerton"]
    assert "YOUTUBE_API_KEY=kamerton-youtube-api-key:2" in deployed.state["functions"]["kamerton"]["flags"]["set-secrets"]


def test_another_setting_is_deployed_and_one_more_folder_granted(deployed: Project) -> None:
    deployed.settings |= {"MAX_INSTANCES": "9", "CACHE_DAYS": "7", "SLOW_MILLISECONDS": "100"}
    deployed.done("bootstrap")
    assert deployed.changes == [
        "storage buckets update gs://tuning-fork-1-kamerton",
        "logging metrics update kamerton-slow",
    ]
    deployed.done("deploy")
    assert deployed.changes[2:] == ["functions deploy kamerton"]


def test_both_functions_share_a_larger_quota(deployed: Project) -> None:
    deployed.settings["YOUTUBE_DAILY_SEARCHES"] = "2500"
    deployed.done("deploy")
    for function in deployed.state["functions"].values():
        assert "YOUTUBE_DAILY_SEARCHES=2500" in function["flags"]["set-env-vars"].split(",")


def test_another_budget_and_uptime_are_applied(deployed: Project) -> None:
    deployed.settings |= {"BUDGET": "7.50EUR", "UPTIME_MINUTES": "5"}
    deployed.done("bootstrap")
    deployed.done("deploy", "http")
    assert (deployed.state["budgets"], deployed.state["uptime"]) == (
        {"kamerton tuning-fork-1": "7.50EUR"},
        {"kamerton": "300s"},
    )
    deployed.set_state(budgets={"kamerton tuning-fork-1": "7\t500000000"})
    deployed.forget_calls()
    deployed.done("bootstrap")
    assert deployed.changes == []


def test_the_budget_of_another_project_is_neither_taken_for_ours_nor_deleted(project: Project) -> None:
    others = {"kamerton": "9", "kamerton tuning-fork-10": "9"}
    project.set_state(budgets=others)
    project.done("bootstrap")
    assert project.state["budgets"] == others | {"kamerton tuning-fork-1": "5"}
    project.stdin = "tuning-fork-1\n"
    project.done("destroy")
    assert project.state["budgets"] == others


@pytest.mark.parametrize(("genres", "memory"), [(20, "512Mi"), (21, "1Gi"), (114, "1Gi")])
def test_many_genres_need_more_memory(deployed: Project, genres: int, memory: str) -> None:
    deployed.give_release(genres)
    deployed.done("deploy", "http")
    assert deployed.state["functions"]["kamerton"]["flags"]["memory"] == memory


def test_a_release_that_is_not_there_yet_is_mentioned(deployed: Project) -> None:
    deployed.set_state(objects={"cache/a.json": "{}"})
    assert "infra/publish.sh" in deployed.done("deploy")


def test_what_was_rolled_back_stays_so_until_it_is_forced(deployed: Project) -> None:
    assert "kamerton-00001-abc" in deployed.done("rollback", "http")
    deployed.done("rollback", "http", "kamerton-00001-abc")
    assert "rolled back" in deployed.done("deploy")
    assert deployed.state["rolled_back"] == ["kamerton"]
    deployed.done("deploy", "http", "--force")
    assert deployed.state["rolled_back"] == []
    deployed.done("rollback", "telegram", "kamerton-bot-00001-abc")
    deployed.done("rollback", "telegram", "latest")
    assert deployed.state["rolled_back"] == []


def test_a_release_is_rolled_back_by_the_publisher(deployed: Project) -> None:
    deployed.done("rollback", "release")
    deployed.done("rollback", "release", "r-1")
    published = [call for call in deployed.calls if call["program"] == "publish"]
    assert [call["arguments"] for call in published] == [["--list"], ["--rollback", "r-1"]]
    assert {call["bucket"] for call in published} == {"gs://tuning-fork-1-kamerton"}


def test_a_release_is_made_only_when_none_can_be_served(deployed: Project) -> None:
    def trained() -> list[list[str]]:
        return [process for process in deployed.processes if process[0] == "make"]

    deployed.done("publish")
    assert trained() == []
    deployed.done("publish", "--new")
    assert trained() == [["make", "train", "BUCKET=gs://tuning-fork-1-kamerton"]]
    (deployed.folder / "publish-exit").write_text("3")
    deployed.done("publish")
    assert len(trained()) == 2
    (deployed.folder / "publish-exit").write_text("1")
    assert "gcloud auth application-default login" in deployed.failed("publish")
    assert len(trained()) == 2
    pruned = [call["arguments"] for call in deployed.calls if "--prune" in call["arguments"]]
    assert pruned == [["--prune", "5"]] * 3


def test_what_telegram_refuses_is_said(deployed: Project) -> None:
    deployed.fail("curl setMyCommands")
    assert "Is the token right?" in deployed.failed("webhook")
    deployed.fail("curl setMyCommands 429")
    last = deployed.failed("webhook")
    assert "Wait as many seconds" in last
    assert "token" not in last
    deployed.fail("curl")
    assert "could not be asked" in deployed.failed("webhook")
    deployed.fail(None)
    assert '"url":"https://kamerton-bot-' in deployed.done("webhook")
    deployed.done("webhook", "--delete")
    assert deployed.calls[-1]["method"] == "deleteWebhook"


def test_a_token_of_another_form_is_never_sent(deployed: Project) -> None:
    deployed.set_state(secrets=deployed.state["secrets"] | {"kamerton-telegram-token": ["pasted wrongly"]})
    assert "no bot's token" in deployed.failed("webhook")
    assert [call for call in deployed.calls if call["program"] == "curl"] == []


def test_status_shows_what_there_is(deployed: Project) -> None:
    said = deployed.done("status")
    assert '{"release": "r-1"}' in said
    assert "The budget" in said
    assert deployed.changes == []


def test_destroying_needs_the_name_of_the_project(deployed: Project) -> None:
    for answer in ("", "yes\n", "kamerton\n"):
        deployed.stdin = answer
        assert "nothing was deleted" in deployed.failed("destroy")
    assert deployed.changes == []


@pytest.mark.parametrize("keep", [False, True])
def test_what_was_made_is_destroyed_and_shown_before(deployed: Project, keep: bool) -> None:
    deployed.done("identity", "owner/repository")
    others = "other-kamerton-bot@tuning-fork-1.iam.gserviceaccount.com"
    deployed.set_state(
        secrets=deployed.state["secrets"] | {"kamerton-of-others": ["x"]},
        accounts=[*deployed.state["accounts"], others],
        metrics=deployed.state["metrics"] | {"my-kamerton-slow": "x"},
    )
    deployed.stdin = "tuning-fork-1\n"
    said = deployed.done("destroy", *(["--keep-bucket"] if keep else []))
    shown, _, _ = said.partition("Write the name")
    assert "function kamerton-bot" in shown
    assert ("bucket tuning-fork-1-kamerton" in shown) is not keep
    state = deployed.state
    assert not any(state[name] for name in ("functions", "uptime", "budgets", "pools"))
    left = (list(state["secrets"]), state["accounts"], list(state["metrics"]))
    assert left == (["kamerton-of-others"], [others], ["my-kamerton-slow"])
    assert bool(state["buckets"]) is keep
    # The second time nothing is left to ask about.
    deployed.stdin = "tuning-fork-1\n"
    if not keep:
        assert "nothing of Kamerton" in deployed.done("destroy")


def test_a_repository_is_let_in_without_a_key(deployed: Project) -> None:
    said = deployed.done("identity", "owner/repository")
    assert "sts.googleapis.com" in deployed.state["apis"]
    (condition,) = [flag for call in deployed.calls for flag in call["arguments"] if flag.startswith("--attribute-condition=")]
    assert condition.endswith("assertion.repository == 'owner/repository' && assertion.ref == 'refs/heads/main'")
    assert "WORKLOAD_IDENTITY_PROVIDER=projects/123456789012/locations/global/workloadIdentityPools/kamerton" in said
    before = deployed.state
    deployed.done("identity", "owner/repository")
    assert deployed.state == before
    # Another repository takes its place.
    deployed.done("identity", "owner/other")
    assert deployed.state["providers"] == {"github": before["providers"]["github"].replace("repository'", "other'")}
