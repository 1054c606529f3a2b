"""Pictures of pages, taken with a headless Chromium."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SCALE = 1.5


def shoot(page: str, target: Path, width: int, height: int) -> int:
    """Write a picture of an HTML page; 1, and a line on stderr, where no Chromium is found.

    It is looked for as `chromium`, `chromium-browser` and `google-chrome`.
    """
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.stderr.write(f"docs/{target.name} is left as it is: Chromium is not installed\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_text(page, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}"]
        size = [f"--force-device-scale-factor={SCALE}", f"--window-size={width},{height}"]
        command = [chromium, *options, *size, f"--screenshot={target}", file.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - found on the path above
    return 0
