"""`cargo xtask test --long contract`: the real server, asked everything that its own document calls valid, and more.

Each of two campuses is asked for half of the time, the first without and the second with the token of a flow. Bounded by
LATCHKEY_SECONDS (default: 240 for each).
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SECONDS = os.environ.get("LATCHKEY_SECONDS", "240")


def main():
    failed = False
    for tokens in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            failed |= not ask(pathlib.Path(folder), tokens)
    return 1 if failed else 0


def ask(folder, tokens):
    """Starts a campus in a folder and asks it; says whether everything held."""
    listen = ["demo", "--listen", "127.0.0.1:0", "--data", str(folder / "data")]
    with open(folder / "log", "w", encoding="utf-8") as log:
        server = subprocess.Popen([os.environ["LATCHKEY_SERVER"], *listen], stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        ready = server.stdout.readline()
        counted = folder / "counted.json"
        passed = schemathesis(json.loads(ready)["url"], ready, counted, folder, tokens)
        alive = server.poll() is None
    finally:
        server.terminate()
        server.wait()
    done = report(json.loads(counted.read_text()), "with a token" if tokens else "without a token")
    # A run in which no call was ever done has shown nothing.
    return passed and alive and done > 0


def schemathesis(url, ready, counted, folder, tokens):
    environment = {
        **os.environ,
        "LATCHKEY_READY": ready,
        "LATCHKEY_COUNTED": str(counted),
        "LATCHKEY_TOKENS": "1" if tokens else "",
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]),
        "NO_COLOR": "1",
    }
    arguments = ["--config-file", str(HERE / "schemathesis.toml"), "run", str(HERE.parent.parent / "docs/openapi.json")]
    bounds = ["--url", url, "--max-time", SECONDS, "--max-examples", "60", "--request-timeout", "20", "--seed", "9"]
    # One at a time: the flows of the hooks move on with each call. A flow has to be led somewhere first, which is slow.
    manner = ["--workers", "1", "--suppress-health-check", "all", "--no-shrink", "--continue-on-failure"]
    manner += ["--warnings", "off"]
    if tokens:
        # The hooks put a token into the requests from which this check has taken it; the other half asks for it.
        manner += ["--exclude-checks", "ignored_auth"]
    command = [sys.executable, "-m", "schemathesis.cli", *arguments, *bounds, *manner]
    return subprocess.run(command, env=environment, cwd=folder, check=False).returncode == 0


def report(counted, how):
    """Prints the figures; how many valid requests were done."""
    answers = counted["answers"]
    total = lambda *starts: sum(n for answer, n in answers.items() if answer.startswith(starts))
    print(f"figure: requests {how} = {total('valid', 'invalid'):,}")
    print(f"figure: valid by the document, {how} = {total('valid'):,}")
    print(f"figure: of these done (2xx), {how} = {total('valid 2'):,}")
    print(f"figure: of these refused as malformed, {how} = {total('valid 400'):,}")
    print(f"figure: answered 5xx, {how} = {total('valid 5', 'invalid 5'):,}")
    if counted["flows"]:
        print(f"figure: flows led to where the calls are taken = {counted['flows']:,}")
    codes = ", ".join(f"{answer} {n}" for answer, n in sorted(answers.items()))
    print(f"answers {how}: {codes}", flush=True)
    return total("valid 2")


sys.exit(main())
