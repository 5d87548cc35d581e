"""Stands in for curl: an upload to xapi's import_raw_vdi, with the pinned key, the password and the format checked."""

import argparse
import json
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.standins.state import note, refuse, state

parser = argparse.ArgumentParser(prog="curl", allow_abbrev=False)
for flag in ("--fail", "--silent", "--show-error", "--insecure", "--location-trusted"):
    parser.add_argument(flag, action="store_true")
for option in ("--pinnedpubkey", "--netrc-file", "--upload-file"):
    parser.add_argument(option, required=True)
parser.add_argument("url")

with state() as everything:
    note(everything, "curl")
    options = parser.parse_args()
    netrc = Path(options.netrc_file)
    if f"sha256//{everything['pin']}" not in options.pinnedpubkey.split(";"):
        refuse("curl: (90) SSL: public key does not match pinned public key", 90)
    if f"password {everything['password']}" not in netrc.read_text() or netrc.stat().st_mode & 0o077:
        refuse("curl: (22) The requested URL returned error: 401", 22)
    query = parse_qs(urlsplit(options.url).query)
    (pool,) = everything["pools"].values()
    vdi = pool["vdi"][query["vdi"][0]]
    image = {"vhd": "vpc", "raw": "raw"}[query["format"][0]]
    info = ["qemu-img", "info", "--output=json", "-f", image, options.upload_file]
    size = json.loads(subprocess.run(info, check=True, capture_output=True).stdout)["virtual-size"]
    if size > int(vdi["virtual-size"]):
        refuse("curl: (22) The requested URL returned error: 500", 22)
    vdi |= {"imported": image, "imported size": size}
