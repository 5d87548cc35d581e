"""Answer files for unattended installation: one module an installer, `answer_files` picks by OS family."""

from planner.emit.answers.files import answer_files

__all__ = ["answer_files"]
