#!/usr/bin/env bash
# Runs FUNCTION of Kubernetes' test/cmd, as hack/make-rules/test-cmd.sh does, against a control plane that runs already.
# The environment names: KUBE_ROOT (a writable copy of the sources), FUNCTION, KUBECONFIG_SOURCE (whose context is called
# test), SECURE_API_PORT, TOOLS (the directory with kubectl and kubectl-convert), KUBE_JUNIT_REPORT_DIR.
set -o errexit
set -o nounset
set -o pipefail

cd "${KUBE_ROOT}"
export ALLOW_SKEW=
source hack/lib/init.sh
source hack/lib/test.sh
THIS_PLATFORM_BIN="${TOOLS}"
source test/cmd/legacy-script.sh

# The control plane has its own etcd.
function kube::etcd::start() { :; }
function kube::etcd::cleanup() { :; }

kube::util::trap_add cleanup EXIT SIGINT
kube::util::ensure-temp-dir
export HOME="${KUBE_TEMP}"
mkdir -p "${HOME}/.kube"
cp "${KUBECONFIG_SOURCE}" "${HOME}/.kube/config"
kube::util::ensure-gnu-sed
export CONTEXT=test

# As create_node in test-cmd.sh.
kubectl create -f - <<NODE
{"kind": "Node", "apiVersion": "v1", "metadata": {"name": "127.0.0.1", "annotations": {"save-managers": "true"}},
 "status": {"capacity": {"memory": "1Gi"}}}
NODE

# Some functions expect the namespace of the function before them.
create_and_use_new_namespace

# runTests knows its functions by the name between run_ and _tests.
function run_chosen_tests() { "${FUNCTION}"; }
export SUPPORTED_RESOURCES=("*")
export WHAT=chosen
runTests
