#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image (Ubuntu; choose 24.04 or newer). Everything that grading
# needs goes into a virtual environment outside of /autograder, which a submission's code may read.
set -euo pipefail
source_folder="${LMI_AUTOGRADER:-/autograder}/source"
home="${LMI_HOME:-/opt/lmi}"
export DEBIAN_FRONTEND=noninteractive

apt-get update -qq
apt-get install -y -qq bubblewrap python3 python3-venv
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  apt-get install -y -qq python3.11 python3.11-venv
  python=python3.11
fi

"$python" -m venv "$home"
pip=("$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir)
torch="$(grep -i '^torch==' "$source_folder/constraints.txt" || echo torch)"
"${pip[@]}" --index-url https://download.pytorch.org/whl/cpu "$torch" ||
  echo "There is no CPU build of $torch to be had: the default one follows, which is larger."
"${pip[@]}" -c "$source_folder/constraints.txt" -r "$source_folder/requirements.txt"

cd "$source_folder" && "$home/bin/python" -m autograder.export.gradescope_run --check
chmod -R go-rwx "$source_folder" # hidden tests and solutions are root's
