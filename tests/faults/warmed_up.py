"""Imports and files that every command would otherwise read anew: seconds of processor time."""

import av  # noqa: F401
import dummies
import onnxruntime  # noqa: F401
import torch  # noqa: F401

from qa_models import load_checks, run_checks

run_checks(dummies.call("A: 您好，浦东热线 | C: 我要投诉噪音"), list(load_checks().values()))
