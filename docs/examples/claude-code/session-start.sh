#!/bin/sh
# Starts a Kubernetes control plane for a session in a cloud sandbox. Returns at once and never fails the session.

# Does nothing on your own machine.
[ "${CLAUDE_CODE_REMOTE:-}" = true ] || exit 0
cd "${CLAUDE_PROJECT_DIR:-.}" || exit 0

if [ ! -x node_modules/.bin/seatrial ]; then
  npm ci >&2 || { echo "npm ci failed, so no control plane starts" >&2; exit 0; }
fi

line=$(node_modules/.bin/seatrial up --no-wait) || exit 0
# Every later command reads its variables from this file.
file=${CLAUDE_ENV_FILE:-/dev/null}
grep -qxF "$line" "$file" 2>/dev/null || printf '%s\n' "$line" >>"$file"

echo "A Kubernetes control plane starts in the background: 'npx seatrial status' shows its progress."
exit 0
