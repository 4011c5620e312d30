"""Runs one program so that it ends when its parent does; itself replaced by that program.

Called as `python -I -S bound.py PARENT SIGNAL USER PROGRAM ARGUMENTS`; USER is `-` or `uid:gid`. Standard library only:
it runs outside the virtual environment, before every child of the stack.
"""

import ctypes
import os
import sys

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h


def main(parent: int, death_signal: int, user: str, command: list[str]) -> None:
    if user != "-":
        uid, gid = (int(part) for part in user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After the change of user: the kernel forgets the death signal when a process changes user.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
