"""A whole stack, from its first start by the guide to its last; the tests follow each other in the order written."""

import json
import os
import re
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from deploy import story
from deploy.story.cast import Cast
from tests.compose.conftest import Say
from tests.compose.guide import most_memory
from tests.compose.stack import LASTING, OURS, Stack

pytestmark = pytest.mark.compose

_WAVES = (
    [one for one in OURS if one.endswith("worker")],
    [one for one in OURS if one.endswith("web")],
    ["postgres"],
    ["kafka"],
    ["keycloak", "gateway"],
)
_PAGES = ("/", "/intake/code", "/activities/", "/referral/sign-in", "/network/sign-in")


def test_the_guide_leads_to_a_stack_of_which_every_part_is_ready(stack: Stack) -> None:
    found = stack.containers()
    assert set(LASTING) <= set(found)
    assert {name: found[name]["State"]["Health"]["Status"] for name in LASTING} == dict.fromkeys(LASTING, "healthy")
    assert found["migrate"]["State"]["ExitCode"] == 0
    told = stack.compose("run", "--rm", "brug", "status")
    assert "look here" not in told
    assert told.count("ready") == 3 + 3 * 4


def test_only_the_gateways_ports_are_open(stack: Stack) -> None:
    opened = {name: one["HostConfig"]["PortBindings"] or {} for name, one in stack.containers().items()}
    assert {name for name, ports in opened.items() if ports} == {"gateway"}
    assert set(opened["gateway"]) == {"80/tcp", "443/tcp"}
    with _visitor(stack) as visitor:
        plain = f"http://localhost:{opened['gateway']['80/tcp'][0]['HostPort']}/"
        assert visitor.get(plain).status_code == 308
        for path in ("/auth/admin/", "/auth/realms/master", "/intake/metrics", "/intake/health/ready"):
            assert visitor.get(path).status_code == 404, path


def test_what_keeps_data_is_out_of_reach_of_what_meets_the_world(stack: Stack) -> None:
    found = stack.containers()
    networks = {name: {one.split("_")[-1] for one in found[name]["NetworkSettings"]["Networks"]} for name in LASTING}
    assert networks["postgres"] == {"data"}
    assert networks["kafka"] == {"events"}
    assert networks["gateway"] == {"edge", "pages"}
    assert all(networks[name] == {"pages", "data"} for name in OURS if name.endswith("web"))
    workers = {name: networks[name] for name in OURS if name.endswith("worker")}
    # It makes accounts at Keycloak, and hands mail to the mail server.
    assert workers.pop("referral-worker") == {"edge", "pages", "data", "events"}
    assert all(one == {"data", "events"} for one in workers.values())
    with pytest.raises(AssertionError, match="exit code"):
        stack.compose("exec", "-T", "gateway", "wget", "-q", "-T", "3", "-O", "-", "http://postgres:5432")


def test_every_container_can_do_as_little_as_it_needs(stack: Stack) -> None:
    for name, one in stack.containers().items():
        host, user = one["HostConfig"], one["Config"]["User"]
        assert host["ReadonlyRootfs"], name
        assert user not in ("", "0", "root", "0:0"), name
        assert host["CapDrop"] == ["ALL"], name
        assert not host["CapAdd"], name
        assert host["SecurityOpt"] == ["no-new-privileges:true"], name
        assert host["Memory"] > 0, name
        assert host["NanoCpus"] > 0, name
        assert host["RestartPolicy"]["Name"] == ("on-failure" if name == "migrate" else "unless-stopped"), name
    with pytest.raises(AssertionError, match="Read-only file system"):
        stack.compose("exec", "-T", "intake-web", "touch", "/app/something")


def test_no_secret_stands_in_a_variable_or_a_command(stack: Stack) -> None:
    told = json.dumps(stack.containers())
    folder = stack.folder / "deploy" / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    secrets = {path.name: path.read_text() for path in folder.iterdir() if path.name != "sealing_public_keys"}
    assert [name for name, value in secrets.items() if value and value in told] == []


def test_the_story_is_played_from_outside_with_sign_in_at_keycloak(cast: Cast) -> None:
    assert story.play(cast) == 0


def test_no_container_takes_more_memory_than_the_guide_says(stack: Stack, say: Say) -> None:
    most, taken = most_memory(), stack.memory()
    assert set(taken) == set(LASTING)
    say("memory after the story: " + ", ".join(f"{name} {size:.0f} MB" for name, size in sorted(taken.items())))
    assert {name: size for name, size in taken.items() if size > most[name.rpartition("-")[2]]} == {}


def test_a_setting_that_changes_reaches_the_realm_that_keycloak_keeps(stack: Stack) -> None:
    other = "docker compose run --rm -e BRUG_SMTP_FROM=other@example.org brug realm apply"
    assert "the mail server: as the settings say now" in stack.sh(other)
    assert "the mail server" in stack.sh("docker compose run --rm brug realm apply")
    assert "all was as the settings say" in stack.sh("docker compose run --rm brug realm apply")


def test_the_first_colleague_of_a_new_organisation_is_invited_by_mail(stack: Stack) -> None:
    stack.sh("docker compose --profile mail up --detach --wait mail")
    stack.follow("people")
    _await(lambda: "To: first.person@example.org" in _mail(stack))
    assert f"{stack.url}/auth/realms/brug/" in _mail(stack)
    stack.sh("docker compose --profile mail rm --stop --force mail")


def test_each_container_that_is_killed_comes_back_and_goes_on(stack: Stack, cast: Cast) -> None:
    for wave in _WAVES:
        before = {name: stack.containers()[name]["State"]["Pid"] for name in wave}
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        _await(lambda wave=wave, before=before: all(_lives_anew(stack, name, before[name]) for name in wave))
        stack.await_healthy()
        with _visitor(stack) as visitor:
            assert [path for path in _PAGES if visitor.get(path).status_code >= 400] == [], wave
    assert story.play(cast) == 0
    assert "look here" not in stack.compose("run", "--rm", "brug", "status")


def test_down_and_up_keeps_every_file_and_every_event(stack: Stack, casts: list[Cast], cast: Cast) -> None:
    played = casts[0]
    before = _replayed(stack)
    stack.keep_logs()
    stack.sh("docker compose down")
    assert stack.containers() == {}
    stack.sh("docker compose up --detach --wait --wait-timeout 600")
    answer = cast.staff("brugfiguur").get(f"/intake/api/v1/files/{played.file['id']}")
    assert answer.json()["persons"][0]["name_to_call"] == played.amal.name
    assert _replayed(stack) >= before > 0


def test_a_new_image_takes_over_service_by_service_without_a_failed_request(stack: Stack, say: Say) -> None:
    old = {name: stack.containers()[name]["Image"] for name in OURS}
    stack.keep_logs()
    with _polling(stack) as seen:
        stack.follow("upgrade")
        new = {name: stack.containers()[name]["Image"] for name in OURS}
        stack.follow("back")
    assert not set(old.values()) & set(new.values())
    assert {name: stack.containers()[name]["Image"] for name in OURS} == old
    assert len(seen) > 50
    assert [one for one in seen if one[1] != "200"] == []
    say(f"{len(seen)} requests while images changed, the slowest took {max(took for *_, took in seen):.1f} s")


def test_no_log_holds_a_name_or_a_number_of_the_story(stack: Stack, casts: list[Cast]) -> None:
    stack.keep_logs()
    told = "\n".join(stack.told)
    assert len(told) > 10_000
    assert "partitions_assigned" in told
    for cast in casts:
        digits = re.sub(r"\D", "", cast.phone)
        numbers = {cast.phone, digits, f"+32{digits[1:]}", f"32{digits[1:]}"}
        assert [word for word in {cast.amal.name, cast.son, *numbers} if word in told] == []
        assert [word for word in {cast.amal.name, cast.son} if json.dumps(word).strip('"') in told] == []


def _lives_anew(stack: Stack, name: str, old: int) -> bool:
    state = stack.containers()[name]["State"]
    return bool(state["Running"]) and state["Pid"] != old


def _await(what: Any, limit: float = 120) -> None:
    end = time.monotonic() + limit
    while not what():
        assert time.monotonic() < end, f"not within {limit:.0f} s"
        time.sleep(0.3)


def _mail(stack: Stack) -> str:
    return stack.compose("exec", "-T", "mail", "python", "-m", "deploy.mail_catcher", "read")


def _replayed(stack: Stack) -> int:
    """How many events of others the broker still has for one service."""
    return int(stack.compose("run", "--rm", "brug", "replay", "activities").split()[0])


@contextmanager
def _visitor(stack: Stack) -> Iterator[httpx.Client]:
    trusting = ssl.create_default_context(cafile=str(stack.authority()))
    with httpx.Client(base_url=stack.url, verify=trusting, trust_env=False, timeout=40) as visitor:
        yield visitor


@contextmanager
def _polling(stack: Stack) -> Iterator[list[tuple[str, str, float]]]:
    """Somebody who looks at pages all the time: each page, what came of it, and how long it took."""
    seen: list[tuple[str, str, float]] = []
    over = threading.Event()

    def look() -> None:
        with _visitor(stack) as visitor:
            while not over.is_set():
                for path in _PAGES:
                    begun = time.monotonic()
                    try:
                        found = str(visitor.get(path).status_code)
                    except httpx.HTTPError as error:
                        found = type(error).__name__
                    seen.append((path, found, time.monotonic() - begun))
                over.wait(0.1)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()
