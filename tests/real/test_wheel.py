"""The wheel, installed into a clean environment without the repository, does the main job."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.full
@pytest.mark.timeout(300)
def test_the_wheel_runs_from_a_clean_environment(tmp_path: Path) -> None:
    def run(*argv: str | Path) -> str:
        done = subprocess.run(list(map(str, argv)), cwd=tmp_path, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, (argv, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", ROOT)
    wheel = next((tmp_path / "dist").glob("*.whl"))
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    bin_folder = tmp_path / "venv" / "bin"
    run(bin_folder / "pip", "install", "--quiet", "--constraint", ROOT / "requirements.lock", wheel)
    assert run(bin_folder / "rig", "--version").startswith("rig ")
    assert "openrig-rpc" in run(bin_folder / "openrig-rpc", "--version")
    shown = run(bin_folder / "python", "-m", "openrig_rpc.cli.demo")
    assert "hello from the lead" in shown and "nothing of it runs any more" in shown
    where = run(bin_folder / "python", "-c", "import openrig_rpc; print(openrig_rpc.__file__)").strip()
    assert where.startswith(str(tmp_path)), "the wheel's own code was not used"
