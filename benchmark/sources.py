"""Where the questions of a suite come from: parquet files, a TSV, the official release folder, the Hub."""

from pathlib import Path

from benchmark.errors import SuiteError
from benchmark.parquet_source import ParquetSource
from benchmark.release_source import ReleaseSource
from benchmark.rows import Source
from benchmark.subtasks import SUBTASK_NAMES
from benchmark.tsv_source import TsvSource

HUB_DATASETS = ("lmms-lab/MME", "lmms-lab-encoder/MME")
_TSV_NAME = "MME.tsv"  # as VLMEvalKit stores it, among the files of other benchmarks
_FORMS = "a parquet file, a folder of parquet files, VLMEvalKit's MME.tsv, or the folder of the official MME release"


def local_source(path: Path) -> Source:
    """The source at a path: parquet files, VLMEvalKit's TSV, or the release folder. Raises SuiteError."""
    if path.is_file():
        return TsvSource(path) if path.suffix.lower() == ".tsv" else ParquetSource([path])
    if not path.exists():
        raise SuiteError(
            f"there is no file or folder {str(path)!r}; a suite is 'embedded', {HUB_DATASETS[0]!r} (from the Hugging "
            f"Face Hub), {_FORMS}"
        )
    for folder in (path, path / "data"):
        files = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
        if files:
            return ParquetSource(files)
    if (path / _TSV_NAME).is_file():
        return TsvSource(path / _TSV_NAME)
    for folder in (path, path / "MME_Benchmark_release_version"):
        if any((folder / name).is_dir() for name in SUBTASK_NAMES):
            return ReleaseSource(folder)
    raise SuiteError(
        f"{str(path)!r} holds neither parquet files nor the folders of the official release "
        f"({', '.join(SUBTASK_NAMES[:3])}, ...); a suite by path is {_FORMS}"
    )


def hub_source(dataset: str, download: bool = True) -> tuple[Source, str]:
    """Download (or find in the cache) the parquet files of a Hub dataset: the source and the commit it is at."""
    from huggingface_hub import snapshot_download  # slow to import, and only needed here

    try:
        folder = Path(
            snapshot_download(dataset, repo_type="dataset", allow_patterns="*.parquet", local_files_only=not download)
        )
    except Exception as error:  # the client raises errors of several libraries when the network is away
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise SuiteError(
            f"{dataset} could not be fetched from the Hugging Face Hub ({reason}). Check the connection, or download "
            "its parquet files elsewhere and give their folder as the suite; 'embedded' needs no network"
        ) from error
    files = sorted(folder.rglob("*.parquet"))
    if not files:
        raise SuiteError(f"{dataset} on the Hugging Face Hub has no parquet files at commit {folder.name}")
    return ParquetSource(files), folder.name
