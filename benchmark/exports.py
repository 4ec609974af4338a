"""A run as one file to download: the official text format, zipped."""

import tempfile
import zipfile
from pathlib import Path

from benchmark.results import RunFolder

_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the same run gives the same bytes


def export_zip(run: RunFolder, folder: Path) -> Path:
    """Write `<run>.zip` into `folder` and return it. Raises RunError when the run has no whole image yet."""
    target = folder / f"{run.path.name}.zip"
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        exported = run.export_official(Path(temporary) / "export")
        packed = Path(temporary) / "packed.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(exported.iterdir()):
                info = zipfile.ZipInfo(f"{run.path.name}/{path.name}", _NO_DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, path.read_bytes())
        packed.replace(target)
    return target
