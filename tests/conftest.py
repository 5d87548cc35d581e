"""What every test finds on its path: the programs installed beside this Python, before any other."""

import os
import sys
from pathlib import Path

os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
