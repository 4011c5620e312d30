"""The main story, with staff who sign in at Keycloak."""

from tests.keycloak.conftest import Brug


def test_the_story_holds_with_staff_at_keycloak(brug: Brug) -> None:
    told = brug.command("story")
    assert told.returncode == 0, told.stdout + told.stderr
    assert ", 0 not as the story says" in told.stdout


def test_what_the_demos_people_type_is_for_its_owner_alone(brug: Brug) -> None:
    kept = brug.home.folder / "people-secrets.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    one = brug.passwords["ocmw"]
    assert brug.command("password", "ocmw").stdout.splitlines()[:2] == [one.username, one.password]
    assert brug.command("password", "nobody").returncode == 1
