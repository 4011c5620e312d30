"""What is made once, while the image is built: the containers' file systems are read-only."""

from deploy.services import ROOT, SERVICES
from shared.i18n import SHARED, compile_catalogs


def main() -> None:
    compile_catalogs([SHARED, *(ROOT / "services" / one / "translations" for one in SERVICES)])


if __name__ == "__main__":
    main()
