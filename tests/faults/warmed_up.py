"""Imports and files that every command would otherwise read anew: seconds of processor time.

Not Prefect, which reads its settings when it is imported.
"""

import av  # noqa: F401
import dummies
import faster_whisper  # noqa: F401
import fsspec.implementations.chained
import fsspec.implementations.http  # noqa: F401
import onnxruntime  # noqa: F401
import oracle  # noqa: F401
import psycopg  # noqa: F401
import pytest  # noqa: F401
import s3fs  # noqa: F401
import safetensors.torch  # noqa: F401
import shelf  # noqa: F401
import steps  # noqa: F401
import torch  # noqa: F401

import asr.workers  # noqa: F401
import cli.failures
import cli.main
import cli.release
import cli.run  # noqa: F401
from qa_models import load_checks, run_checks

run_checks(dummies.call("A: 您好，浦东热线 | C: 我要投诉噪音"), list(load_checks().values()))
