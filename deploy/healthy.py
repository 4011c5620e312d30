"""Whether an address on this machine answers with a 2xx: the health check of our containers. Standard library only."""

import sys
import urllib.error
import urllib.request


def main(url: str) -> int:
    """The exit code: 0 where it does, 1 with what it said where it does not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=4) as answer:
            answer.read()
    except urllib.error.HTTPError as refused:
        print(refused.code, refused.read(200).decode("utf-8", "replace").strip())
        return 1
    except (OSError, ValueError) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
