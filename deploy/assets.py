"""Copies what the pages use from node_modules to shared/static/vendor: the files that assets.json names."""

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_STATIC = ROOT / "shared" / "static"
_MODULES = ROOT / "node_modules"


def copy(modules: Path = _MODULES, static: Path = _STATIC) -> int:
    """Copy every named file and its package's licence; throw away what is no longer named. Returns how many.

    Raises `FileNotFoundError` for a name that the package does not have.
    """
    wanted: dict[str, str] = json.loads((static / "assets.json").read_text(encoding="utf-8"))
    vendor = static / "vendor"
    targets = {vendor / target: modules / source for target, source in wanted.items()}
    for package in sorted({_package(source) for source in wanted.values()}):
        licence = next((modules / package).glob("LICEN[CS]E*"), None)
        if licence:
            targets[vendor / "licences" / f"{package.replace('/', '-').lstrip('@')}.txt"] = licence
    for target, source in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    for stale in [path for path in vendor.rglob("*") if path.is_file() and path not in targets]:
        stale.unlink()
    return len(targets)


def _package(source: str) -> str:
    parts = source.split("/")
    return "/".join(parts[:2] if source.startswith("@") else parts[:1])


def main() -> None:
    try:
        print(f"{copy()} files in shared/static/vendor")
    except FileNotFoundError as error:
        sys.exit(f"assets.json names {error.filename}, which its package does not have")


if __name__ == "__main__":
    main()
