"""Looks for known faults in the pinned packages, where the source of such knowledge can be reached."""

import json
import subprocess
import sys

from deploy.services import ROOT

_LOCKS = ("requirements.lock", "requirements-demo.lock", "requirements-dev.lock")


def main() -> int:
    """The exit code: 1 where a pinned package has a known fault."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    command += ["--timeout", "8", "--format", "json"]
    for lock in _LOCKS:
        command += ["-r", str(ROOT / lock)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(told.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("pip-audit: its source cannot be reached from here; nothing was checked")
        return 0
    checked = [one for one in packages if "vulns" in one]
    if not checked:
        print("pip-audit: its source does not know these packages from here; nothing was checked")
        return 0
    faults = [(one, fault) for one in checked for fault in one["vulns"]]
    for one, fault in faults:
        print(f"pip-audit: {one['name']} {one['version']} has {fault['id']}, mended in {fault['fix_versions']}")
    print(f"pip-audit: {len(checked)} of {len(packages)} packages checked, {len(faults)} known faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
