"""Makes ready what `make test-compose` needs and what takes long, so that it can be begun beside other work."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from tests.compose import compose_tool, images
from tests.compose.engine import Docker, NoEngine, engine


def main() -> int:
    """The exit code: 1 where something cannot be had, with the reason. Told to end, it takes along what it began."""
    os.setpgrp()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with engine() as docker:
            everything(docker, _say)
    except NoEngine as reason:
        _say(str(reason))
        return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def everything(docker: Docker, say: Callable[[str], None]) -> None:
    """Compose and the images side by side: one computes, the other waits for the network."""
    faults: list[BaseException] = []

    def guarded(what: str, act: Callable[[Docker], None]) -> None:
        begun = time.monotonic()
        try:
            act(docker)
            say(f"{what}: {time.monotonic() - begun:.0f} s")
        except BaseException as fault:  # noqa: BLE001 - told to the caller below
            faults.append(fault)

    other = threading.Thread(target=guarded, args=("Docker Compose", compose_tool.provide), daemon=True)
    other.start()
    guarded("images", images.provide)
    other.join()
    if faults:
        raise faults[0]


if __name__ == "__main__":
    sys.exit(main())
