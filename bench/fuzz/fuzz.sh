#!/usr/bin/env bash
# Fuzzes the readers of untrusted input, one target after the other: bench/fuzz/fuzz.sh [seconds per target, 60] [target...]
# `channel` is the package's side of the control channel (bench/fuzz/fuzz-channel.ts), all other targets are the engine's.
# Go writes an input that breaks a target to testdata/fuzz of the target's package, where `go test` runs it from then on:
# commit it.
set -euo pipefail
cd "$(dirname "$0")/../../engine"

seconds=${1:-60}
shift $(($# > 0 ? 1 : 0))
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then targets=(FuzzRequest FuzzChart FuzzArchive FuzzErrorMessage FuzzRequests channel); fi

# The flags of the engine's build. With other flags, Go compiles all of Kubernetes again.
flags=(-trimpath -buildvcs=false)
# Without this, Go spends most of a short run on minimizing inputs that only increase coverage.
flags+=(-fuzzminimizetime 20x)
failed=()
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for target in "${targets[@]}"; do
  echo "── $target, $seconds s ──"
  if [ "$target" = channel ]; then
    (cd .. && npm exec -- node bench/fuzz/fuzz-channel.ts "$seconds") || failed+=("$target")
    continue
  fi
  case $target in
    FuzzArchive) package=./internal/helm/chart ;;
    FuzzErrorMessage) package=./internal/helm/failure ;;
    FuzzRequests) package=./internal/helm/isolate ;;
    *) package=./internal/helm/service ;;
  esac
  CGO_ENABLED=0 go test "${flags[@]}" -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" -parallel 1 "$package" 2>&1 | tee "$log" && continue
  # Go reports a failure without an input when the time is up in the middle of an input (golang/go#75804, fixed in Go 1.27).
  if grep -q '^    context deadline exceeded$' "$log" && ! grep -q 'Failing input' "$log"; then continue; fi
  failed+=("$target")
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "Failed: ${failed[*]}" >&2
  exit 1
fi
